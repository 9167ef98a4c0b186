import type { Config } from '../../core/config/check.ts';
import type { ManualStart } from '../../core/config/entry-machines.ts';

/** The effect of a button. Nothing has been changed yet. */
export interface ActionPlan {
  /** What the user reads: the lines of the dry run. */
  lines: string[];
  command: string;
  /** The data, besides the lines, on which the plan depends. If the data changes, the plan is a different one. */
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

/** The context, besides the request, that plans and effects need. */
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
