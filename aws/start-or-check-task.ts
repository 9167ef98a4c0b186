import { calculateTaskDeadline, decideFromTaskRecord } from '../core/release-tasks/decide.ts';
import type { TaskResult } from '../core/release-tasks/record.ts';
import { checkRunningTask, type TaskState } from './check-running-task.ts';
import type { RunTaskAnswer } from './ecs-release-tasks.ts';
import type { ClockAndLogger } from './lambda.ts';
import { findOrStartTask, startTask, type TaskToRun } from './start-task.ts';
import { readTaskRecord, recordTaskIntent, updateTaskRecord } from './task-records.ts';

/** Starts a task, or checks it once. The record and ECS show the effect of an earlier try, so no task starts twice. */
export async function startOrCheckTask(
  one: TaskToRun,
  seenAt: string | undefined,
  clock: ClockAndLogger,
): Promise<TaskState> {
  const { release, identity } = one;
  const record = await readTaskRecord(release.target, identity.id);
  const decision = decideFromTaskRecord(record, clock.now);
  if (record === undefined || decision === 'intend') return intendAndStart(one, clock);
  const { intendedAt: start, task, result } = record;
  if (result !== undefined) return { start, task, is: 'ended', result };
  if (task === undefined) return toState(one, start, await findOrStartTask(one, record, clock), clock);
  return checkRunningTask(one, { ...record, task }, seenAt, clock);
}

async function intendAndStart(one: TaskToRun, clock: ClockAndLogger): Promise<TaskState> {
  const { release, identity } = one;
  const start = clock.now.toISOString();
  const isFirst = await recordTaskIntent(release.target, identity, clock.now);
  clock.logger.info('To ECS: run a task', { task: identity.name, id: identity.id });
  const answer = isFirst ? await startTask(one, clock) : await findOrStartTask(one, { intendedAt: start }, clock);
  return toState(one, start, answer, clock);
}

async function toState(
  { release, task, identity }: TaskToRun,
  start: string,
  answer: RunTaskAnswer,
  { now }: ClockAndLogger,
): Promise<TaskState> {
  if ('task' in answer)
    return { start, ...answer, is: 'running', seen: true, end: calculateTaskDeadline({ intendedAt: start }, task) };
  const how = `could not start: ${answer.refused}`;
  const result: TaskResult = { outcome: 'failed', endedAt: now.toISOString(), how };
  await updateTaskRecord(release.target, identity.id, { result });
  return { start, is: 'ended', result };
}
