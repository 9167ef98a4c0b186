/** An execution, running or ended, as a list shows it. */
export interface ListedExecution {
  arn: string;
  start: Date;
  /** Absent while it runs. */
  stop?: Date | undefined;
}

/** An execution lives at most 26 h (deploy.asl.json, TimeoutSeconds); the extra hour ensures that a sweep still finds one that lived that long. */
const maxExecutionMs = 27 * 3_600_000;

/** Sweeps ignore executions that began before this moment: all their jobs are over, by CodePipeline's own limit of 24 h. */
export const sweepCutoff = (now: Date): Date => new Date(now.getTime() - maxExecutionMs);

const minuteMs = 60_000;

/**
 * Whether a sweep checks an execution that ended without success: in each of its first four minutes, then after growing pauses (4, 8, 16 …
 * minutes, for two minutes each, since the schedule is not exact). So nothing has to record what was swept, and each dead execution is checked about
 * twenty times in all. After an outage, it is found within at most the outage's own length.
 */
export function isDueForSweep({ stop }: ListedExecution, now: Date): boolean {
  if (stop === undefined) return false;
  const minutes = Math.max(0, now.getTime() - stop.getTime()) / minuteMs;
  return minutes - 2 ** Math.floor(Math.log2(minutes)) < 2;
}
