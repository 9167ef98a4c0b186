import type { StoppedTask } from './observed-task.ts';
import { findTaskEndTime } from './stop-texts.ts';

const endMs = (task: StoppedTask): number => findTaskEndTime(task)?.getTime() ?? Number.POSITIVE_INFINITY;

/** Returns the tasks that began after another one of these tasks had ended: retries that failed again. */
export function listFailedRetries(tasks: StoppedTask[]): StoppedTask[] {
  const firstEnd = Math.min(...tasks.map(endMs));
  return tasks.filter(({ createdAt }) => createdAt !== undefined && createdAt.getTime() >= firstEnd);
}

export const countFailedRetries = (tasks: StoppedTask[]): number => listFailedRetries(tasks).length;

/**
 * Returns how many of these tasks came one after the other at least, each created after the one before it had ended. Ten tasks that each fail once are
 * one generation; a task whose replacement fails, too, is the second.
 */
export function countTaskGenerations(tasks: StoppedTask[]): number {
  let generations = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (const task of tasks.toSorted((a, b) => endMs(a) - endMs(b))) {
    if (generations > 0 && (task.createdAt?.getTime() ?? 0) < lastEnd) continue;
    generations += 1;
    lastEnd = endMs(task);
  }
  return generations;
}
