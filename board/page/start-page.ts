import { render } from 'preact';
import { countTimes } from './count-times.ts';
import { LivePage } from './live-page.ts';
import { connectServer, refuseAll } from './server.ts';
import { takeToken } from './token.ts';

/** How often the page asks its server. The server answers from what it has read: this costs no call to AWS. */
const refreshMs = 5000;

const tickMs = 1000;

const noToken = 'Open the address that `gantry board` printed: it contains the key to this page.';

/** Counts the times of the static form on, by the reader's clock. */
function startStatic(): void {
  const count = () => countTimes(document, Date.now());
  count();
  setInterval(count, tickMs);
}

function startLive(root: HTMLElement): void {
  const token = takeToken(window);
  // The served content is only a placeholder.
  root.replaceChildren();
  const page = new LivePage({
    server: token === undefined ? refuseAll(noToken) : connectServer(token, fetch.bind(window)),
    now: Date.now,
    draw: (content) => render(content, root),
    copy: (text) => void navigator.clipboard.writeText(text),
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
if (document.documentElement.dataset.form === 'static') startStatic();
else if (root !== null) startLive(root);
