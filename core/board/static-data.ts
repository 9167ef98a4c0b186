import type { Cell, FailureDetails } from './cell-data.ts';
import type { BoardData } from './data.ts';
import type { ReleaseDetails } from './details-data.ts';
import { formatMaskedJson, mayContainAccountId } from './mask-accounts.ts';

/** The content of the static form. */
export interface StaticBoard {
  data: BoardData;
  details: ReleaseDetails[];
}

/** Optional contents of the static form. */
export interface StaticOptions {
  withAccountIds: boolean;
  withLogs: boolean;
}

const withoutLog = <Shown extends FailureDetails | undefined>(failure: Shown): Shown =>
  failure === undefined ? failure : { ...failure, log: undefined };

const mapCells = ({ rows, ...data }: BoardData, change: (cell: Cell) => Cell): BoardData => ({
  ...data,
  rows: rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(Object.entries(row.cells).map(([column, cell]) => [column, change(cell)])),
  })),
});

/** A file has no server, so its buttons would do nothing. */
const withoutButtons = (cell: Cell): Cell => ({
  ...cell,
  actions: cell.actions.map((action) => ({
    ...action,
    available: false,
    why: action.why ?? 'This is a copy of the board: run the command.',
  })),
});

function omitLogs({ data, details }: StaticBoard): StaticBoard {
  return {
    data: mapCells(data, (cell) => ({ ...cell, failure: withoutLog(cell.failure) })),
    details: details.map((one) => ({ ...one, failure: withoutLog(one.failure) })),
  };
}

/** A link to a console names the account, and helps only people who can log in there. */
const omitLinks = ({ data, details }: StaticBoard): StaticBoard => ({
  data,
  details: details.map((one) => ({ ...one, links: one.links.filter(({ url }) => !mayContainAccountId(url)) })),
});

/**
 * Returns the data of the static form: without logs, with masked account ids, and without links that contain an account id, unless the options ask for
 * account ids.
 */
export function createStaticBoard(given: StaticBoard, { withAccountIds, withLogs }: StaticOptions): StaticBoard {
  const board = { ...given, data: mapCells(given.data, withoutButtons) };
  const shown = withLogs ? board : omitLogs(board);
  return withAccountIds ? shown : JSON.parse(formatMaskedJson(omitLinks(shown)));
}
