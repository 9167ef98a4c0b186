import type { ActionKind } from '../../core/board/cell-data.ts';
import type { BoardData } from '../../core/board/data.ts';

/** The functions that the buttons of the live page call. */
export interface Handlers {
  openRelease(id: string): void;
  openActions(target: string, kind?: ActionKind): void;
}

/** The data that a page shows, and its time: `now` is AWS's time in milliseconds. The static form has no handlers, so it has no buttons. */
export interface View {
  data: BoardData;
  now: number;
  handlers?: Handlers | undefined;
  /** The ids of the releases whose details are on the page; only in the static form. */
  detailed?: string[] | undefined;
}

/** Returns the id of a cell's element. It contains no names that other people chose. */
export const cellElementId = (row: number, column: number): string => `cell-${row + 1}-${column + 1}`;

/** Returns the id of a release's element in the static form; undefined if the page does not have it. */
export function releaseElementId({ detailed = [] }: View, id: string): string | undefined {
  const index = detailed.indexOf(id);
  return index < 0 ? undefined : `release-${index + 1}`;
}

/** Returns the value of a key that other people chose, such as `constructor`. */
export const ownValue = <Value>(record: Record<string, Value>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
