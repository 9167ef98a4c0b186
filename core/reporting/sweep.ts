/** What an execution that is over, or runs, is known by in a list. */
export interface ListedExecution {
  arn: string;
  start: Date;
  /** Absent while it runs. */
  stop?: Date | undefined;
}

/** An execution lives 26 h at most (deploy.asl.json, TimeoutSeconds); one hour more, so that one that lived so long is still found. */
const maxExecutionMs = 27 * 3_600_000;

/** Executions that began before this moment are not looked at any more: the jobs of all of them are over, by CodePipeline's own 24 h. */
export const sweepCutoff = (now: Date): Date => new Date(now.getTime() - maxExecutionMs);

const minuteMs = 60_000;

/**
 * Whether a sweep looks at an execution that ended otherwise than well: in each of its first four minutes, then after ever longer pauses (4, 8, 16 …
 * minutes, for two minutes each, since the schedule is not exact). Nobody has to remember what was swept, one that died is looked at some twenty
 * times in all, and after an outage it is found within as long again as the outage took.
 */
export function isDueForSweep({ stop }: ListedExecution, now: Date): boolean {
  if (stop === undefined) return false;
  const minutes = Math.max(0, now.getTime() - stop.getTime()) / minuteMs;
  return minutes - 2 ** Math.floor(Math.log2(minutes)) < 2;
}
