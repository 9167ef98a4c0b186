/** Where the token survives a reload of the page: in this tab, and only there. */
const storageKey = 'gantry-board-token';

/** The parts of a browser's window that the token passes through. */
export interface TokenPlace {
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState'>;
  sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}

/** Returns the token of an address's fragment, `#token=…`. Undefined if there is none: the page also links to its own cells. */
export function parseFragment(hash: string): string | undefined {
  const [, token] = /^#token=([\w.~-]{8,})$/.exec(hash) ?? [];
  return token;
}

/**
 * Returns the token, and removes it from the visible address, so that nobody reads it from the screen or bookmarks it. Undefined if the page was opened
 * without one.
 */
export function takeToken({ location, history, sessionStorage }: TokenPlace): string | undefined {
  const token = parseFragment(location.hash);
  if (token === undefined) return sessionStorage.getItem(storageKey) ?? undefined;
  sessionStorage.setItem(storageKey, token);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token;
}
