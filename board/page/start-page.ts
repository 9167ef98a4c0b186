import { render } from 'preact';
import { countTimes } from './count-times.ts';
import { LivePage } from './live-page.ts';
import { replaceIfNewer } from './replace-page.ts';
import { connectServer, refuseAll } from './server.ts';
import { takeToken } from './token.ts';

/** How often the page asks its server. The server answers with data that it has already read, so the question causes no call to AWS. */
const refreshMs = 5000;

const tickMs = 1000;

const noToken = 'Open the address that `gantry board` printed: it contains the key to this page.';

/** How often the static form checks for a new version of itself. A wall screen stays open for days. */
const reloadMs = 60_000;

/** Updates the times of the static form by the reader's clock. */
function startStatic(root: HTMLElement): void {
  const count = () => countTimes(document, Date.now());
  count();
  setInterval(count, tickMs);
  // A browser does not let a page that was opened from a file read another file.
  if (location.protocol !== 'file:') setInterval(() => void replaceIfNewer(root).then(count), reloadMs);
}

function startLive(root: HTMLElement): void {
  const token = takeToken(window);
  // The served content is only a placeholder.
  root.replaceChildren();
  const page = new LivePage({
    server: token === undefined ? refuseAll(noToken) : connectServer(token, fetch.bind(window)),
    now: Date.now,
    draw(content, title) {
      render(content, root);
      if (document.title !== title) document.title = title;
    },
    copy: (text) => navigator.clipboard.writeText(text),
    keepFocus: () => {
      if (document.activeElement === document.body) root.querySelector('h1')?.focus();
    },
  });
  const refresh = () => {
    if (!document.hidden) void page.refresh();
  };
  refresh();
  setInterval(refresh, refreshMs);
  document.addEventListener('visibilitychange', refresh);
  setInterval(() => countTimes(document, page.awsTime()), tickMs);
}

const root = document.getElementById('board');
if (root !== null) (document.documentElement.dataset.form === 'static' ? startStatic : startLive)(root);
