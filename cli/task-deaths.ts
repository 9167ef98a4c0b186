import { shortenMiddle } from '../core/parsing/display-text.ts';
import { maxCauseLength } from '../core/rollout/failure-reason.ts';
import type { StoppedTask } from '../core/rollout/observed-task.ts';
import { isUnhealthyTask, taskEndTimeOf } from '../core/rollout/stop-texts.ts';
import { formatStopCause, groupStoppedTasksByCause } from '../core/rollout/stopped-task.ts';

/** A stopped task, and the number of tasks that had stopped for the same cause up to that time. */
export interface TaskDeath {
  task: string;
  cause: string;
  stoppedAt?: string;
  count: number;
}

/** Whether ECS stopped a healthy task because the deployment needs fewer tasks: when the service scales in, or a new deployment replaces an old one. */
const isScaledIn = (task: StoppedTask): boolean =>
  task.stopCode === 'ServiceSchedulerInitiated' && !isUnhealthyTask(task);

const toDeath = (task: StoppedTask, count: number): TaskDeath => {
  const stoppedAt = taskEndTimeOf(task)?.toISOString();
  const cause = shortenMiddle(formatStopCause(task), maxCauseLength);
  return { task: task.arn, cause, ...(stoppedAt !== undefined && { stoppedAt }), count };
};

/** Returns the deaths among the new tasks, oldest first, with their number among all tasks that stopped for the same cause. */
export function listNewDeaths(all: StoppedTask[], fresh: StoppedTask[]): TaskDeath[] {
  const isFresh = new Set(fresh.map(({ arn }) => arn));
  return groupStoppedTasksByCause(all.filter((task) => !isScaledIn(task)))
    .flatMap(({ tasks }) => tasks.toReversed().map((task, at) => ({ task, count: at + 1 })))
    .filter(({ task }) => isFresh.has(task.arn))
    .map(({ task, count }) => toDeath(task, count))
    .sort((a, b) => (a.stoppedAt ?? '').localeCompare(b.stoppedAt ?? ''));
}
