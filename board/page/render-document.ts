import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { BoardData } from '../../core/board/data.ts';
import type { ReleaseDetails } from '../../core/board/details-data.ts';
import { formatForeign, renderForeign } from './foreign-text.ts';
import { renderRelative, renderTime } from './format-time.ts';
import { renderBoard } from './render-board.ts';
import { describeRelease, renderRelease } from './render-release.ts';
import { releaseElementId, type View } from './view.ts';

/**
 * The content security policy of the page: it can load only its own files. Only the served page calls its server. The served page also gets this policy as a
 * header.
 */
const securityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** The parts of a whole page. `form`: whether the script shows live data in the page, or only updates the page's times. */
interface PageContent {
  title: string;
  form: 'live' | 'static';
  body: ComponentChild;
}

function renderPage({ title, form, body }: PageContent): string {
  const head = [
    h('meta', { charset: 'utf-8' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: securityPolicy }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('title', null, title),
    h('link', { rel: 'stylesheet', href: 'board.css' }),
    h('script', { src: 'board.js', defer: true }),
  ];
  const page = h('html', { lang: 'en', 'data-form': form }, h('head', null, head), h('body', null, body));
  return `<!doctype html>\n${renderToString(page)}\n`;
}

/** Returns the page that the server serves. It contains no data, because the script fetches the data. */
export const renderLivePage = (): string =>
  renderPage({
    title: 'Delivery board',
    form: 'live',
    body: h(
      'div',
      { id: 'board' },
      h('header', { class: 'top' }, h('h1', null, 'Delivery board')),
      h('p', { class: 'empty' }, 'Reading the services…'),
      h('noscript', null, 'This page needs JavaScript. `gantry board --out DIR` writes one that does not.'),
    ),
  });

/** Returns the board as one page that is readable without JavaScript. The script only updates its times. */
export function renderStaticPage(data: BoardData, details: ReleaseDetails[]): string {
  const detailed = details.map(({ line }) => line.id);
  const view: View = { data, now: Date.parse(data.at), detailed };
  const header = h(
    'header',
    { class: 'top' },
    h('h1', null, renderForeign(data.title)),
    h(
      'p',
      { class: 'freshness' },
      ['As of ', renderTime(data.at), h('span', { class: 'age-of-page' }, ', ', renderRelative(data.at, view.now))],
      h('noscript', null, '. Every age is the one at that time.'),
    ),
  );
  return renderPage({
    title: `${formatForeign(data.title)}: delivery board`,
    form: 'static',
    body: h('div', { id: 'board' }, header, h('main', null, renderBoard(view, renderDetails(view, details)))),
  });
}

/** Renders the details of releases, each closed. */
function renderDetails(view: View, details: ReleaseDetails[]): ComponentChild {
  if (details.length === 0) return null;
  return h(
    'section',
    { class: 'section details', 'aria-labelledby': 'details-title' },
    h('h2', { id: 'details-title' }, 'Details of releases'),
    details.map((one) =>
      h(
        'details',
        { key: one.line.id },
        h('summary', null, renderForeign(describeRelease(one.line))),
        // A browser opens the details if a link leads to an element in them.
        h('div', { id: releaseElementId(view, one.line.id) }, renderRelease(one, view.now)),
      ),
    ),
  );
}
