/** The parts of the page that a reader has opened and would lose. */
const opened = 'details[open], :popover-open';

/**
 * Reads the static form again, and shows it if it has changed. Changes nothing while the reader has something open. Also changes nothing if there is no answer,
 * because the page's age then shows that it is old.
 */
export async function replaceIfNewer(root: HTMLElement): Promise<void> {
  const response = await fetch(location.href, { cache: 'no-cache' }).catch(() => undefined);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const next = page.getElementById('board');
  if (next === null || readTime(next) === readTime(root) || root.querySelector(opened) !== null) return;
  root.replaceChildren(...next.childNodes);
}

/** Returns when a page was written. */
const readTime = (root: HTMLElement): string | undefined =>
  root.querySelector<HTMLTimeElement>('.freshness time')?.dateTime;
