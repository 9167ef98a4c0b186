/** An execution, running or ended, as ListExecutions returns it. */
export interface ListedExecution {
  arn: string;
  start: Date;
  /** Absent while the execution runs. */
  stop?: Date | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The age up to which every sweep checks executions, in ms. CodePipeline ends a job after 24 h, and a rollback can take another two hours. */
export const maxJobExecutionMs = 27 * hourMs;

/**
 * The age up to which one sweep in each hour checks executions, in ms: a release that waits for a person runs for at most 15.5 days (`TimeoutSeconds` of
 * deploy.asl.json), and one day remains to find its end. Its job has a result by then, but its ledger entry has no end yet.
 */
const maxExecutionMs = 16.5 * 24 * hourMs;

/** Whether this sweep is the hourly sweep, which checks all executions. The list of all dead executions of two weeks is too long for every minute. */
const isHourlySweep = (now: Date): boolean => now.getUTCMinutes() === 0;

/** Returns the earliest start of the executions that a sweep checks. */
export const calculateSweepCutoff = (now: Date): Date =>
  new Date(now.getTime() - (isHourlySweep(now) ? maxExecutionMs : maxJobExecutionMs));

/**
 * Whether a sweep checks an execution that ended without success: in each of the first four minutes after its end, and later after growing pauses (4, 8, 16
 * … minutes). Each later check is possible for two minutes, because the schedule is not exact. So sweeps need no record of earlier sweeps, and each dead
 * execution is checked about twenty times. After an outage, a sweep finds the execution within at most the length of the outage. For an execution that is
 * older than a job can be, the units are hours instead of minutes.
 */
export function isDueForSweep({ start, stop }: ListedExecution, now: Date): boolean {
  if (stop === undefined) return false;
  const unit = now.getTime() - start.getTime() > maxJobExecutionMs ? hourMs : minuteMs;
  const age = Math.max(0, now.getTime() - stop.getTime()) / unit;
  return age - 2 ** Math.floor(Math.log2(age)) < 2;
}
