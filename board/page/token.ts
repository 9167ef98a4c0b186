/** The place that keeps the token during a reload of the page. Only this tab can read it. */
const storageKey = 'gantry-board-token';

/** The parts of a browser's window that handle the token. */
export interface TokenPlace {
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState'>;
  sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}

/** Returns the token in an address's fragment, `#token=…`. Undefined if the fragment has no token, because the page also links to its own cells. */
export function parseFragment(hash: string): string | undefined {
  const [, token] = /^#token=([\w.~-]{8,})$/.exec(hash) ?? [];
  return token;
}

/**
 * Returns the token, and removes it from the visible address, so that nobody can read it on the screen or save it as a bookmark. Undefined if the page was
 * opened without a token.
 */
export function takeToken({ location, history, sessionStorage }: TokenPlace): string | undefined {
  const token = parseFragment(location.hash);
  if (token === undefined) return sessionStorage.getItem(storageKey) ?? undefined;
  sessionStorage.setItem(storageKey, token);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token;
}
