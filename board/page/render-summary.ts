import { type ComponentChild, h } from 'preact';
import type { CellState } from '../../core/board/cell-data.ts';
import { renderForeign } from './foreign-text.ts';
import { renderIcon } from './icons.ts';
import { stateWords } from './render-cell.ts';
import { cellElementId, ownValue, type View } from './view.ts';

interface PlacedCell {
  target: string;
  state: CellState;
  element: string;
}

const listCells = ({ data: { rows, columns } }: View): PlacedCell[] =>
  rows.flatMap((row, index) =>
    columns.flatMap(({ id }, place) => {
      const cell = ownValue(row.cells, id);
      return cell === undefined
        ? []
        : [{ target: cell.target, state: cell.state, element: cellElementId(index, place) }];
    }),
  );

/** The states to whose cells the summary links, because these cells need a person or are about to change. */
const listedStates: CellState[] = ['failed', 'waiting', 'in progress', 'unreadable', 'missing'];

const quietStates: CellState[] = ['loading', 'at rest'];

const mostLinks = 6;

/** Renders the number of services in each state, with links to the services that are not at rest. */
export function renderSummary(view: View): ComponentChild {
  const byState = Map.groupBy(listCells(view), ({ state }) => state);
  const items = [...listedStates, ...quietStates].flatMap((state) => {
    const cells = byState.get(state);
    return cells === undefined ? [] : [renderState(state, cells)];
  });
  return items.length === 0 ? null : h('ul', { class: 'summary' }, items);
}

function renderState(state: CellState, cells: PlacedCell[]): ComponentChild {
  const links = listedStates.includes(state) ? cells.slice(0, mostLinks) : [];
  const left = links.length === 0 ? 0 : cells.length - links.length;
  return h(
    'li',
    { class: state.replaceAll(' ', '-') },
    h('span', { class: 'state' }, renderIcon(state), `${cells.length} ${stateWords[state].toLowerCase()}`),
    links.map(({ target, element }) => h('a', { href: `#${element}` }, renderForeign(target))),
    left > 0 ? h('span', null, `and ${left} more`) : null,
  );
}
