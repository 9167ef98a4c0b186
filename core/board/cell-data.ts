/** A value and when it was read, or why it could not be read. If a later read fails, the earlier value stays beside the problem. */
export interface ReadFact<Value> {
  value?: Value | undefined;
  readAt?: string | undefined;
  problem?: string | undefined;
}

/**
 * `missing`: there is no such service. `unreadable`: nothing has been read about it yet, and the last try failed. `failed`: its newest release failed, and
 * nothing was deployed since.
 */
export type CellState = 'at rest' | 'in progress' | 'waiting' | 'failed' | 'missing' | 'unreadable' | 'loading';

export interface Cell {
  /** The name in commands: `test/web`. */
  target: string;
  state: CellState;
  /** The sentence that the command line and CodePipeline's console show about this state; absent at rest. */
  sentence?: string | undefined;
  running: ReadFact<RunningRelease>;
  /** Present while something is in progress or waits. */
  progress?: CellProgress | undefined;
  failure?: FailureDetails | undefined;
  /** The number of releases of the previous column that have not reached this target; absent if it is zero or unknown. */
  behind?: { column: string; count: number; unit: 'commits' | 'releases' } | undefined;
  badges: CellBadge[];
  actions: CellAction[];
  /** The id of the newest release, for its details. */
  release?: string | undefined;
  /** When the ledger and the lease were read. */
  ledgerReadAt?: string | undefined;
}

export interface RunningRelease {
  /** `web:12`. */
  revision: string;
  commit?: { id: string; summary?: string | undefined } | undefined;
  images: { container: string; image: string; digest?: string | undefined }[];
  /** When the newest deployment began. */
  since: string;
  /** The origin of the release: a pipeline, the claimed name of a person, or an event. Absent if Gantry did not deploy the revision. */
  by?: string | undefined;
  tasks: TaskCounts;
}

export interface TaskCounts {
  desired: number;
  running: number;
  pending: number;
}

export interface RevisionShare extends TaskCounts {
  revision: string;
  /** Percent of the production traffic; absent for a rolling update. */
  traffic?: number | undefined;
}

export interface CellProgress {
  /** The state that the execution has entered last, such as `Watch Rollout`. */
  step?: string | undefined;
  new?: RevisionShare | undefined;
  old: RevisionShare[];
  /** ECS's lifecycle stage, and the steps of the traffic in percent. */
  stage?: string | undefined;
  steps: { percent: number; state: 'done' | 'current' | 'left' }[];
  /** When the bake time of ECS ends at the latest, or when Gantry's own ends. */
  bakesUntil?: string | undefined;
  waits: CellWait[];
  /** When the facts of this progress were read. */
  readAt: string;
  /** Why parts of it are missing. */
  problem?: string | undefined;
}

/** A wait, and its reason. `otherwise`: what happens at `until` if nobody acts. */
export interface CellWait {
  for: string;
  since?: string | undefined;
  until?: string | undefined;
  otherwise?: string | undefined;
  /** When it was read, if not together with the rest of the progress. */
  readAt?: string | undefined;
}

export interface FailureDetails {
  /** The id of the release that failed; absent if Gantry did not release it. */
  release?: string | undefined;
  reason: string;
  /** The end of the failed container's log, as the service's logTail allows. */
  log?: string[] | undefined;
  /** What the service runs now, in the words of the command line. */
  standsNow?: string | undefined;
}

export interface CellBadge {
  kind: 'alarm' | 'drift' | 'lease' | 'schedules' | 'events' | 'unknown';
  text: string;
  /** When the fact behind the badge was read. If the fact is unknown: when it was last read successfully, if ever. */
  readAt?: string | undefined;
}

export type ActionKind = 'redeploy' | 'rollback' | 'continue' | 'approve';

/** A button. If the button is not available, `why` says the reason. The command is still correct for somebody who is allowed to run it. */
export interface CellAction {
  kind: ActionKind;
  command: string;
  available: boolean;
  why?: string | undefined;
  /** The choices, with the usual one first: revisions to roll back to, hooks to continue, or approvals. */
  choices?: { id: string; label: string }[] | undefined;
}
