import type { Config } from '../../core/config/check.ts';
import type { ManualStart } from '../../core/config/entry-machines.ts';

/** What pressing a button would do. Nothing has been changed. */
export interface ActionPlan {
  /** What the user reads: the lines of the dry run. */
  lines: string[];
  command: string;
  /** What the plan depends on besides its lines. If it changes, the plan is not the same any more. */
  basis: unknown;
  /** Why there is nothing to confirm. */
  refused?: string | undefined;
  /** What a confirmation does. */
  effect: StartEffect | ApproveEffect;
}

/** Starts the target's entry machine with these fields. */
export interface StartEffect {
  do: 'start';
  kind: ManualStart;
  fields: Record<string, unknown>;
  /** What was started, as the subject of a sentence. */
  what: string;
}

export interface ApproveEffect {
  do: 'approve';
  pipeline: string;
  stage: string;
  action: string;
  token: string;
}

/** What plans and effects need besides the request. */
export interface ActContext {
  config: Config;
  stage: string;
  /** AWS's time. */
  now(): Date;
  uuid(): string;
  adaptMessage(message: string): string;
  /** The identity of the user's credentials. */
  caller: string;
}
