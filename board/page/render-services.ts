import { type ComponentChild, h } from 'preact';
import type { BoardColumn, BoardRow } from '../../core/board/data.ts';
import { formatForeign, renderForeign } from './foreign-text.ts';
import { renderCell } from './render-cell.ts';
import { renderPromotion } from './render-promotion.ts';
import { cellElementId, ownValue, type View } from './view.ts';

/** The style sheet has rules that keep the columns wide enough for up to this number of targets. */
const mostTargets = 8;

/**
 * Renders the table of services and targets. The `role` attributes repeat the meaning of the elements, because a browser loses that meaning when a narrow
 * screen shows rows as blocks.
 */
export function renderServices(view: View): ComponentChild {
  const { columns, rows } = view.data;
  if (columns.length === 0)
    return h('p', { class: 'empty' }, 'The configuration has no targets, so the board has no columns.');
  if (rows.length === 0) return h('p', { class: 'empty' }, 'No service was found in any target.');
  return h(
    'table',
    { class: `services targets-${Math.min(columns.length, mostTargets)}`, role: 'table' },
    h('caption', { class: 'for-reader' }, 'What runs where: a row for each service, a column for each target'),
    h('thead', { role: 'rowgroup' }, renderHead(columns)),
    h(
      'tbody',
      { role: 'rowgroup' },
      rows.map((row, index) => renderRow(view, row, index)),
    ),
  );
}

const columnHeader = { scope: 'col', role: 'columnheader' } as const;

function renderHead(columns: BoardColumn[]): ComponentChild {
  const heads = columns.flatMap(({ id, account, region, cluster }, index) => [
    index === 0 ? null : h('th', { ...columnHeader, class: 'between' }, renderBetweenHead(columns[index - 1], id)),
    h(
      'th',
      columnHeader,
      h('span', { class: 'target-name' }, renderForeign(id)),
      h(
        'span',
        { class: 'place' },
        [account, region, cluster].map((part) => [h('span', null, renderForeign(part)), ' ']),
      ),
    ),
  ]);
  return h('tr', { role: 'row' }, h('th', { ...columnHeader, class: 'service' }, 'Service'), heads);
}

const renderBetweenHead = (left: BoardColumn | undefined, right: string): ComponentChild =>
  h('span', { class: 'for-reader' }, formatForeign(`A promotion from ${left?.id} to ${right}`));

function renderRow(view: View, row: BoardRow, index: number): ComponentChild {
  const { columns } = view.data;
  const cells = columns.flatMap((column, place) => [
    place === 0
      ? null
      : renderPromotion(row.id, column.id, ownValue(row.promotions, column.id), `promotion-${index + 1}-${place + 1}`),
    renderCell(view, column, ownValue(row.cells, column.id), cellElementId(index, place)),
  ]);
  return h(
    'tr',
    { role: 'row', key: row.id },
    h('th', { scope: 'row', role: 'rowheader', class: 'service' }, renderForeign(row.id)),
    cells,
  );
}
