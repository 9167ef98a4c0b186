import type { Target } from '../model/release.ts';
import { capitalize, formatTaskName, formatTaskUrl } from './messages.ts';
import { formatStartedBy, type TaskRecord, type TaskResult } from './record.ts';

/** How a task ended that Gantry stopped because its execution had died. It marks the record, so that the task is stopped and reported as stopped once. */
const stoppedAfterDeath = 'was stopped, because its execution died';

/** What to do about a task of a dead execution: nothing, name it in the report, or stop it as well. */
export type OrphanedTaskDecision = 'nothing' | 'name' | 'stop';

/** Decides about a task of a dead execution. `record`: undefined if it was never started. */
export function decideOrphanedTask(
  record: TaskRecord | undefined,
  { stopOnDeath }: { stopOnDeath?: boolean | undefined },
): OrphanedTaskDecision {
  if (record === undefined) return 'nothing';
  if (record.result !== undefined) return record.result.how === stoppedAfterDeath ? 'name' : 'nothing';
  return stopOnDeath && record.task !== undefined ? 'stop' : 'name';
}

/** Returns the result of a task that was stopped because its execution died. */
export const createStoppedResult = (now: Date): TaskResult => ({
  outcome: 'failed',
  endedAt: now.toISOString(),
  how: stoppedAfterDeath,
});

/** Returns the sentence about a task that a dead execution left behind. `failure`: why it could not be stopped. */
export function describeOrphanedTask(record: TaskRecord, target: Target, failure?: string): string {
  const task = capitalize(formatTaskName(record));
  if (record.task === undefined)
    return `Whether ${formatTaskName(record)} was started is not known: look for a task whose startedBy is ${formatStartedBy(record)}.`;
  const page = formatTaskUrl(target, record.task);
  if (record.result?.how === stoppedAfterDeath) return `${task} ${stoppedAfterDeath}: ${page}`;
  const why = failure === undefined ? '' : ` It could not be stopped: ${failure}`;
  return `${task} may still run: ${page}${why}`;
}
