import { Failure } from '../errors/failure.ts';
import type { ReleaseTask } from '../model/release-task.ts';
import { formatTime } from '../parsing/time-text.ts';
import type { TaskRecord } from './record.ts';
import { type DescribedTask, hasContainerExited, judgeTaskEnd, type TaskEnd } from './task-end.ts';

const minuteMs = 60_000;

/**
 * How long after its intent a task whose start was not confirmed can still be found, in ms. ECS shows a stopped task for an hour at least (ECS developer
 * guide, stopped-task-errors), and a client token is valid for up to 24 hours (ECS API reference, "Ensuring idempotency").
 */
export const taskSearchableMs = 50 * minuteMs;

/** How long a task can be missing from ECS's answers after it was seen, in ms: the API is eventually consistent (botocore ecs, RunTask). */
const maxMissingMs = 10 * minuteMs;

/** How long Gantry waits for a task to stop, in ms: longer than the longest `stopTimeout` of a container, 120 s (botocore ecs). */
const maxStopMs = 5 * minuteMs;

/** What to do about a task if only its record was read. */
export type TaskRecordDecision = 'intend' | 'search' | 'describe' | 'ended';

const elapsedMs = (since: string, now: Date): number => now.getTime() - Date.parse(since);

/**
 * Decides what to do next about a task. `search`: an earlier try wanted to start the task, and ECS's answer to that try is missing. Throws JobFailed if that
 * try was too long ago to find out whether the task ran.
 */
export function decideFromTaskRecord(record: TaskRecord | undefined, now: Date): TaskRecordDecision {
  if (record === undefined) return 'intend';
  if (record.result !== undefined) return 'ended';
  if (record.task !== undefined) return 'describe';
  if (elapsedMs(record.intendedAt, now) > taskSearchableMs) throw createUnknownStartFailure(record);
  return 'search';
}

/** What to do about a task that was started. */
export type TaskDecision = { do: 'wait' } | { do: 'stop' } | { do: 'end'; end: TaskEnd; stillRuns: boolean };

/** When the task was last seen, and by when it has to end. */
export interface TaskCheck {
  record: TaskRecord & { task: string };
  settings: Pick<ReleaseTask, 'container' | 'timeoutMinutes'>;
  /** When a check last saw the task; absent if none has. */
  seenAt?: string | undefined;
  now: Date;
}

/** Returns when a task has used up its time, which begins when ECS is asked to run it. */
export const calculateTaskDeadline = (
  { intendedAt }: Pick<TaskRecord, 'intendedAt'>,
  { timeoutMinutes }: { timeoutMinutes: number },
): Date => new Date(Date.parse(intendedAt) + timeoutMinutes * minuteMs);

/**
 * Decides what to do about a started task. `found`: undefined if ECS does not have the task. Throws JobFailed if nobody can find out any more how the task
 * ended.
 */
export function decideFromDescribedTask(
  found: DescribedTask | undefined,
  { record, settings, seenAt, now }: TaskCheck,
): TaskDecision {
  if (found === undefined) {
    if (elapsedMs(seenAt ?? record.intendedAt, now) <= maxMissingMs) return { do: 'wait' };
    throw createUnknownEndFailure(record);
  }
  const { stopRequestedAt } = record;
  const demand = { ...settings, stopRequested: stopRequestedAt !== undefined };
  const stopped = found.lastStatus === 'STOPPED';
  if (stopped || hasContainerExited(found, demand))
    return { do: 'end', end: judgeTaskEnd(found, demand), stillRuns: !stopped && found.desiredStatus !== 'STOPPED' };
  if (stopRequestedAt !== undefined)
    return elapsedMs(stopRequestedAt, now) > maxStopMs
      ? { do: 'end', end: unstoppable, stillRuns: true }
      : { do: 'wait' };
  return now >= calculateTaskDeadline(record, settings) ? { do: 'stop' } : { do: 'wait' };
}

const unstoppable: TaskEnd = {
  outcome: 'failed',
  how: 'did not end in its time, and has not stopped although Gantry asked ECS to stop it: it may still run',
};

const lookAt = 'Find out whether it did its work, and correct what it left behind.';
const goOn = 'Then release again, with skipPreDeploy and a reason if it must not run again.';

const createUnknownStartFailure = ({ name, intendedAt, id }: TaskRecord): Failure =>
  new Failure(
    'JobFailed',
    `It is not known whether the task ${name} ran: Gantry asked ECS to run it at ${formatTime(intendedAt)} and did not see the answer, and ECS shows a stopped task for about an hour only. ` +
      `Look in CloudTrail for the RunTask whose startedBy ends with ${id}. ${lookAt} ${goOn}`,
  );

const createUnknownEndFailure = ({ name, task, intendedAt }: TaskRecord & { task: string }): Failure =>
  new Failure(
    'JobFailed',
    `It is not known how the task ${name} ended: ECS does not show ${task}, which was started at ${formatTime(intendedAt)}, any more. Look at its log. ${lookAt} ${goOn}`,
  );
