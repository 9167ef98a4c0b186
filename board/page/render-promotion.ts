import { type ComponentChild, h } from 'preact';
import type { ColumnPromotion } from '../../core/board/data.ts';
import { renderCode, renderCommitId, renderFirstLine, renderForeign, renderImage } from './foreign-text.ts';

/**
 * Renders the cell between two targets: how much a promotion of this service would change and, on demand, the details. `id` is the id of the panel with the
 * details.
 */
export function renderPromotion(service: string, to: string, promotion: ColumnPromotion | undefined, id: string) {
  if (promotion === undefined) return h('td', { class: 'between none', role: 'cell' });
  const size = summarizePromotion(promotion);
  return h(
    'td',
    { class: 'between', role: 'cell' },
    size === undefined
      ? h('span', { class: 'same' }, 'same')
      : h(
          'button',
          { type: 'button', class: 'opener', popoverTarget: id },
          size,
          h('span', { class: 'arrow', 'aria-hidden': 'true' }, ' →'),
        ),
    size === undefined ? null : renderPanel(service, to, promotion, id),
  );
}

const count = (number: number, unit: string): string => `${number} ${unit}${number === 1 ? '' : 's'}`;

/** Returns the most useful number of a promotion. Undefined if the promotion would change nothing. */
function summarizePromotion({ commits, images, fields, problem }: ColumnPromotion): string | undefined {
  if (commits.length > 0) return count(commits.length, 'commit');
  if (images.length > 0) return count(images.length, 'image');
  if (fields.length > 0) return count(fields.length, 'field');
  return problem === undefined ? undefined : 'not known';
}

function renderPanel(service: string, to: string, promotion: ColumnPromotion, id: string): ComponentChild {
  const { from, commits, images, fields, problem } = promotion;
  return h(
    'div',
    { class: 'panel', id, popover: 'auto' },
    h(
      'div',
      { class: 'panel-head' },
      h('h3', null, renderForeign(service), ': ', renderForeign(from), ' → ', renderForeign(to)),
      h(
        'button',
        { type: 'button', class: 'quiet', popoverTarget: id, popoverTargetAction: 'hide', 'aria-label': 'Close' },
        '✕',
      ),
    ),
    problem === undefined ? null : h('p', { class: 'problem' }, 'Not complete: ', renderForeign(problem)),
    renderList('Commits', commits, (one) => [
      renderCommitId(one.id),
      ' ',
      one.summary ? renderFirstLine(one.summary) : null,
    ]),
    renderList('Images', images, renderImageChange),
    renderList('Changed fields', fields, (field) => renderCode(field)),
  );
}

const renderImageChange = ({ container, from, to }: ColumnPromotion['images'][number]): ComponentChild => [
  renderForeign(container),
  ': ',
  from === undefined ? null : [renderImage(from), ' → '],
  renderImage(to),
];

function renderList<Item>(title: string, items: Item[], renderItem: (item: Item) => ComponentChild): ComponentChild {
  if (items.length === 0) return null;
  return [
    h('h4', null, title),
    h(
      'ul',
      null,
      items.map((item) => h('li', null, renderItem(item))),
    ),
  ];
}
