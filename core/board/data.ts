import type { Cell } from './cell-data.ts';
import type { BoardMetrics } from './metrics-data.ts';

/*
 * What the delivery board shows, as plain JSON. Times are ISO 8601, UTC. All texts of other people are printable plain text: a page must show them as
 * text, never as markup.
 */

/** One state of the board. `at` is AWS's time, as far as it is known: ages are counted from it, and not from the reader's clock. */
export interface BoardData {
  at: string;
  /** The name of the installation: `gantry-production`. */
  title: string;
  /** The targets, in the order of the configuration. */
  columns: BoardColumn[];
  /** The services. Services of the same name share a row. */
  rows: BoardRow[];
  /** The newest entries of the ledger, of all services, newest first. */
  latest: ReleaseLine[];
  /** The delivery metrics of the last 90 days: of all targets together, then of each. */
  metrics: BoardMetrics[];
  /** What could not be read about the board as a whole: the patterns whose services cannot be listed, the pipelines. */
  problems: BoardProblem[];
}

export interface BoardColumn {
  /** The target's name, such as `test`. */
  id: string;
  account: string;
  region: string;
  cluster: string;
}

export interface BoardRow {
  /** The service's name, such as `web`. */
  id: string;
  /** By the id of the column. If a target does not have the service, there is no cell for it. */
  cells: Record<string, Cell>;
  /** What a promotion would bring into a column from the previous one, by the id of the column that it would go to. */
  promotions: Record<string, ColumnPromotion>;
}

export interface BoardProblem {
  about: string;
  text: string;
  readAt: string;
}

/** What the left column runs and the right one does not. `fields`: names of fields of the task definition that differ, without their values. */
export interface ColumnPromotion {
  from: string;
  commits: { id: string; summary?: string | undefined }[];
  images: { container: string; from?: string | undefined; to: string }[];
  fields: string[];
  /** Why parts of it are not known. */
  problem?: string | undefined;
}

/** One entry of the ledger. */
export interface ReleaseLine {
  id: string;
  target: string;
  kind: 'deploy' | 'rollback';
  /** Absent while it runs. */
  result?: string | undefined;
  start: string;
  end?: string | undefined;
  by: string;
  /** Why a person asked for it. */
  asked?: string | undefined;
  commit?: { id: string; summary?: string | undefined } | undefined;
  before?: string | undefined;
  after?: string | undefined;
  /** The first line of the reason, if it did not succeed. */
  reason?: string | undefined;
}
