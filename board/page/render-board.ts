import { type ComponentChild, h } from 'preact';
import { renderForeign } from './foreign-text.ts';
import { renderRelative } from './format-time.ts';
import { renderLatest } from './render-latest.ts';
import { renderMetrics } from './render-metrics.ts';
import { renderServices } from './render-services.ts';
import { renderSummary } from './render-summary.ts';
import { renderUnreadLedgers } from './unread-ledgers.ts';
import type { View } from './view.ts';

/** Renders everything between the page's heading and its dialogs. `below` comes after the latest releases. */
export const renderBoard = (view: View, below?: ComponentChild): ComponentChild => [
  renderSummary(view),
  renderProblems(view),
  renderSection('services', 'Services', renderServices(view)),
  renderSection('latest', 'Latest releases', [renderUnreadLedgers(view), renderLatest(view)]),
  below,
  view.data.metrics.length === 0
    ? null
    : renderSection('delivery', 'Delivery', [renderUnreadLedgers(view), renderMetrics(view)]),
];

const renderSection = (name: string, title: string, content: ComponentChild): ComponentChild =>
  h('section', { 'aria-labelledby': `${name}-title`, class: `section ${name}` }, [
    h('h2', { id: `${name}-title` }, title),
    content,
  ]);

function renderProblems({ data: { problems }, now }: View): ComponentChild {
  if (problems.length === 0) return null;
  const items = problems.map(({ about, text, readAt }) =>
    h(
      'li',
      null,
      h('b', null, renderForeign(about)),
      ': ',
      renderForeign(text),
      ' (',
      renderRelative(readAt, now),
      ')',
    ),
  );
  return h('ul', { class: 'problems', 'aria-label': 'What could not be read' }, items);
}
