import { formatCount } from '../core/parsing/count.ts';
import { calculateTaskDeadline, decideFromDescribedTask } from '../core/release-tasks/decide.ts';
import type { TaskRecord, TaskResult } from '../core/release-tasks/record.ts';
import type { TaskEnd } from '../core/release-tasks/task-end.ts';
import { createTargetEcsClient } from './ecs.ts';
import { describeTask, stopTask } from './ecs-release-tasks.ts';
import type { ClockAndLogger } from './lambda.ts';
import type { TaskToRun } from './start-task.ts';
import { updateTaskRecord } from './task-records.ts';

/** The state of one task. `end`: when its time limit ends; absent if ECS is stopping the task. `seen`: whether ECS showed the task. */
export type TaskState = { start: string; task?: string | undefined } & (
  | { is: 'running'; end?: Date | undefined; seen: boolean }
  | { is: 'ended'; result: TaskResult }
);

type StartedTask = TaskRecord & { task: string };

/** Checks a started task once. Stops the task after its time limit, and records how the task ended. */
export async function checkRunningTask(
  one: TaskToRun,
  record: StartedTask,
  seenAt: string | undefined,
  clock: ClockAndLogger,
): Promise<TaskState> {
  const { release, task: settings, identity } = one;
  const { intendedAt: start, task } = record;
  const session = { execution: identity.execution, access: 'watch task' as const };
  const client = await createTargetEcsClient(release.target, session, clock.now);
  const found = await describeTask(client, release.target, task);
  const decision = decideFromDescribedTask(found, { record, settings, seenAt, now: clock.now });
  clock.logger.info(`The task ${identity.name}: ${decision.do}`, { task, decision });
  if (decision.do === 'end') return endTask(one, record, decision, clock);
  if (decision.do === 'stop') await stopLateTask(one, record, clock);
  const isStopping = decision.do === 'stop' || record.stopRequestedAt !== undefined;
  const end = isStopping ? undefined : calculateTaskDeadline(record, settings);
  return { start, task, is: 'running', seen: found !== undefined, end };
}

/** Stops a task after its time limit. If a try dies between its two steps, the next try stops the task again, which has no further effect. */
async function stopLateTask(one: TaskToRun, { task }: StartedTask, clock: ClockAndLogger): Promise<void> {
  const { release, task: settings, identity } = one;
  await stop(one, task, `Gantry: it did not end within ${formatCount(settings.timeoutMinutes, 'minute')}.`, clock.now);
  await updateTaskRecord(release.target, identity.id, { stopRequestedAt: clock.now.toISOString() });
}

async function endTask(
  one: TaskToRun,
  { intendedAt: start, task }: StartedTask,
  { end, stillRuns }: { end: TaskEnd; stillRuns: boolean },
  { now, logger }: ClockAndLogger,
): Promise<TaskState> {
  const { outcome, exitCode } = end;
  const how = end.outcome === 'failed' ? end.how : undefined;
  const result: TaskResult = { outcome, exitCode, endedAt: now.toISOString(), how };
  await updateTaskRecord(one.release.target, one.identity.id, { result });
  // The other containers of the task are no longer needed. If stopping them fails, the task only costs more.
  if (stillRuns)
    await stop(one, task, `Gantry: the container ${one.task.container} has ended.`, now).catch((error: unknown) =>
      logger.warn('The rest of the task was not stopped', { task, why: String(error) }),
    );
  return { start, task, is: 'ended', result };
}

async function stop({ release, identity }: TaskToRun, task: string, reason: string, now: Date): Promise<void> {
  const session = { execution: identity.execution, access: 'stop task' as const, task };
  await stopTask(await createTargetEcsClient(release.target, session, now), release.target, task, reason);
}
