/** An execution, running or ended, as ListExecutions returns it. */
export interface ListedExecution {
  arn: string;
  start: Date;
  /** Absent while the execution runs. */
  stop?: Date | undefined;
}

/**
 * The age up to which sweeps check executions, in ms: CodePipeline ends a job after 24 h, and a rollback takes two hours more. A release that waits for
 * a person for longer (deploy.asl.json) has reported its job by then.
 */
const maxExecutionMs = 27 * 3_600_000;

/** Returns the earliest start of the executions that a sweep checks. The jobs of older executions are over, by CodePipeline's own limit of 24 h. */
export const earliestSweptStart = (now: Date): Date => new Date(now.getTime() - maxExecutionMs);

const minuteMs = 60_000;

/**
 * Whether a sweep checks an execution that ended without success: in each of its first four minutes, then after growing pauses (4, 8, 16 … minutes,
 * for two minutes each, since the schedule is not exact). So sweeps need no record of earlier sweeps, and each dead execution is checked about
 * twenty times in all. After an outage, a sweep finds the execution within at most the length of the outage.
 */
export function isDueForSweep({ stop }: ListedExecution, now: Date): boolean {
  if (stop === undefined) return false;
  const minutes = Math.max(0, now.getTime() - stop.getTime()) / minuteMs;
  return minutes - 2 ** Math.floor(Math.log2(minutes)) < 2;
}
