import type { Target } from '../core/model/release.ts';
import { type ReleaseTask, type ReleaseTasks, type TaskPhase, taskPhases } from '../core/model/release-task.ts';
import { createStoppedResult, decideOrphan, describeOrphan } from '../core/release-tasks/dead-execution.ts';
import { createTargetEcsClient } from './ecs.ts';
import { stopTask } from './ecs-release-tasks.ts';
import type { ClockAndLogger } from './lambda.ts';
import { identifyTask, readTaskRecord, updateTaskRecord } from './task-records.ts';

interface DeadOwner {
  execution: string;
  target: Target;
}

/**
 * Finds the tasks that a dead execution left behind, by their records, and stops those that are configured so. Returns a sentence for each. Without a table
 * or a session, the sentence says so: a report must not fail because of it.
 */
export async function concludeOrphanedTasks(
  owner: DeadOwner,
  tasks: ReleaseTasks,
  clock: ClockAndLogger,
): Promise<string[]> {
  const sentences = taskPhases.flatMap((phase) => tasks[phase].map((task) => concludeTask(owner, phase, task, clock)));
  return (await Promise.all(sentences)).flat();
}

async function concludeTask(
  { execution, target }: DeadOwner,
  phase: TaskPhase,
  task: ReleaseTask,
  { now, logger }: ClockAndLogger,
): Promise<string[]> {
  const { id } = identifyTask({ execution, phase, name: task.name });
  try {
    const record = await readTaskRecord(target, id);
    const decision = decideOrphan(record, task);
    if (record === undefined || decision === 'nothing') return [];
    const own = { ...record, phase };
    if (decision === 'name' || record.task === undefined) return [describeOrphan(own, target)];
    const session = { execution, access: 'stop task' as const, task: record.task };
    const result = createStoppedResult(now);
    const failure = await stopOrphan(target, session, now);
    if (failure !== undefined) return [describeOrphan(own, target, failure)];
    await updateTaskRecord(target, id, { result });
    return [describeOrphan({ ...own, result }, target)];
  } catch (error) {
    logger.warn('The tasks of a dead execution are not known', { execution, why: String(error) });
    return [`Whether the task ${task.name} still runs is not known: ${String(error)}`];
  }
}

/** Returns why the task could not be stopped; undefined if it was. */
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
