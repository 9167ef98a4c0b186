import type { Cell } from './cell-data.ts';
import type { BoardMetrics } from './metrics-data.ts';

/*
 * The data of the delivery board, as plain JSON. Times are ISO 8601, UTC. All texts of other people are printable plain text: a page must show them as text,
 * never as markup.
 */

/** One state of the board. `at` is AWS's time, if it is known. Ages are computed from this time and not from the reader's clock. */
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
  /** Facts that concern the whole board and could not be read: the services of a pattern, or a pipeline. */
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
  /** The changes that a promotion would bring into a column from the previous column. The key is the id of the column that would receive them. */
  promotions: Record<string, ColumnPromotion>;
}

export interface BoardProblem {
  about: string;
  text: string;
  readAt: string;
}

/**
 * The releases and fields in which the left column differs from the right column. `fields`: names of fields of the task definition that differ, without
 * their values.
 */
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
