import type { Target } from '../model/release.ts';
import { capitalize, formatTaskName, formatTaskUrl } from './messages.ts';
import { formatStartedBy, type TaskRecord, type TaskResult } from './record.ts';

/**
 * The result of a task that Gantry stopped because its execution had died. The record contains this text, so that Gantry stops the task and reports the stop
 * only once.
 */
const stoppedAfterDeath = 'was stopped, because its execution died';

/** What to do about a task of a dead execution: nothing, name the task in the report, or name and stop it. */
export type OrphanedTaskDecision = 'nothing' | 'name' | 'stop';

/** Decides what to do about a task of a dead execution. `record`: undefined if the task was never started. */
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
