import type { CellState } from '../../core/board/cell-data.ts';
import type { BoardData } from '../../core/board/data.ts';
import { formatForeign } from './foreign-text.ts';
import { stateWords } from './render-cell.ts';

const listStates = ({ rows }: BoardData): [target: string, state: CellState][] =>
  rows.flatMap(({ cells }) => Object.values(cells).map(({ target, state }): [string, CellState] => [target, state]));

/** Returns the text for a screen reader about the cells whose state has changed. Empty at the first read. */
export function describeChanges(before: BoardData | undefined, after: BoardData): string {
  if (before === undefined) return '';
  const known = new Map(listStates(before));
  return listStates(after)
    .filter(([target, state]) => known.get(target) !== state && known.get(target) !== 'loading')
    .map(([target, state]) => `${formatForeign(target)}: ${stateWords[state].toLowerCase()}.`)
    .join(' ');
}

/** The states that the title of the browser's tab counts. */
const titledStates: CellState[] = ['failed', 'waiting', 'in progress'];

/**
 * Returns the title of the page. The counts of cells that need a person come first, so that they can be read on a tab. Old counts would mislead, so the title
 * has no counts without a connection.
 */
export function describeTitle(data: BoardData | undefined, isConnected = true): string {
  if (data === undefined) return 'Delivery board';
  if (!isConnected) return `Connection lost · ${formatForeign(data.title)}`;
  const states = listStates(data).map(([, state]) => state);
  const counts = titledStates.flatMap((state) => {
    const count = states.filter((one) => one === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return [...counts, formatForeign(data.title)].join(' · ');
}
