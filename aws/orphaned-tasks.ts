import type { Target } from '../core/model/release.ts';
import { type ReleaseTask, type ReleaseTasks, type TaskPhase, taskPhases } from '../core/model/release-task.ts';
import { commandTaskName } from '../core/release-tasks/command.ts';
import { createStoppedResult, decideOrphanedTask, describeOrphanedTask } from '../core/release-tasks/dead-execution.ts';
import { formatStartedBy } from '../core/release-tasks/record.ts';
import { createTargetEcsClient } from './ecs.ts';
import { findTaskStartedBy, stopTask } from './ecs-release-tasks.ts';
import type { ClockAndLogger } from './lambda.ts';
import { identifyTask, readTaskRecord, updateTaskRecord } from './task-records.ts';

interface DeadOwner {
  execution: string;
  target: Target;
}

/**
 * Finds by their records the tasks of a dead execution that may still run, and stops each task with `stopOnDeath`. Returns a sentence for each task. If the
 * table or the session is not available, the sentence says so, because a report must not fail for this reason.
 */
export async function concludeOrphanedTasks(
  owner: DeadOwner,
  tasks: ReleaseTasks,
  clock: ClockAndLogger,
): Promise<string[]> {
  const sentences = taskPhases.flatMap((phase) => tasks[phase].map((task) => concludeTask(owner, phase, task, clock)));
  return (await Promise.all(sentences)).flat();
}

/**
 * Stops the task of a command whose execution died. If the execution died after it had asked ECS to run the task and before it knew the task's ARN, looks
 * for the task in the family. Returns a sentence about the task; none if no task may still run.
 */
export async function concludeOrphanedCommand(
  owner: DeadOwner,
  family: string | undefined,
  clock: ClockAndLogger,
): Promise<string[]> {
  const { execution, target } = owner;
  const { id } = identifyTask({ execution, phase: 'manual', name: commandTaskName });
  const record = await readTaskRecord(target, id);
  if (record !== undefined && record.task === undefined && record.result === undefined && family !== undefined) {
    const client = await createTargetEcsClient(target, { execution, access: 'find task' }, clock.now);
    const task = await findTaskStartedBy(client, target, { family, startedBy: formatStartedBy(record) });
    if (task !== undefined) await updateTaskRecord(target, id, { task });
  }
  return concludeTask(owner, 'manual', { name: commandTaskName, stopOnDeath: true }, clock);
}

async function concludeTask(
  { execution, target }: DeadOwner,
  phase: TaskPhase | 'manual',
  task: Pick<ReleaseTask, 'name' | 'stopOnDeath'>,
  { now, logger }: ClockAndLogger,
): Promise<string[]> {
  const { id } = identifyTask({ execution, phase, name: task.name });
  try {
    const record = await readTaskRecord(target, id);
    const decision = decideOrphanedTask(record, task);
    if (record === undefined || decision === 'nothing') return [];
    if (decision === 'name' || record.task === undefined) return [describeOrphanedTask(record, target)];
    const session = { execution, access: 'stop task' as const, task: record.task };
    const result = createStoppedResult(now);
    const failure = await stopOrphan(target, session, now);
    if (failure !== undefined) return [describeOrphanedTask(record, target, failure)];
    await updateTaskRecord(target, id, { result });
    return [describeOrphanedTask({ ...record, result }, target)];
  } catch (error) {
    logger.warn('The tasks of a dead execution are not known', { execution, why: String(error) });
    return [`Whether the task ${task.name} still runs is not known: ${String(error)}`];
  }
}

/** Returns the reason why the task could not be stopped; undefined if it was stopped. */
async function stopOrphan(
  target: Target,
  session: { execution: string; access: 'stop task'; task: string },
  now: Date,
): Promise<string | undefined> {
  try {
    const client = await createTargetEcsClient(target, session, now);
    await stopTask(client, target, session.task, 'Gantry: the execution that started it died.');
    return undefined;
  } catch (error) {
    return String(error);
  }
}
