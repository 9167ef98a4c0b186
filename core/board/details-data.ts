import type { FailureDetails, ReadFact } from './cell-data.ts';
import type { ReleaseLine } from './data.ts';

/** Everything about one release: GET /api/releases/ID. */
export interface ReleaseDetails {
  line: ReleaseLine;
  /** The states of the execution and the events of ECS while it ran, oldest first. */
  timeline: ReadFact<TimelineEntry[]>;
  /** The changes of the task definition by the release. A value that may be secret is left out, and `hidden` says how the value changed. */
  changes: ReadFact<FieldChange[]>;
  links: { label: string; url: string }[];
  commands: { label: string; command: string }[];
  /** Present if it failed. */
  failure?: FailureDetails | undefined;
}

export interface TimelineEntry {
  at: string;
  text: string;
  source: 'gantry' | 'ecs';
}

export interface FieldChange {
  field: string;
  before?: string | undefined;
  after?: string | undefined;
  hidden?: 'added' | 'removed' | 'changed' | undefined;
}
