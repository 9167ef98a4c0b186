import type { StoppedTask } from './observed-task.ts';
import { taskEndTimeOf } from './stop-texts.ts';

const endMs = (task: StoppedTask): number => taskEndTimeOf(task)?.getTime() ?? Number.POSITIVE_INFINITY;

/** Returns the tasks that began after another one of these tasks had ended: retries that failed again. */
export function listTasksThatFailedAgain(tasks: StoppedTask[]): StoppedTask[] {
  const firstEnd = Math.min(...tasks.map(endMs));
  return tasks.filter(({ createdAt }) => createdAt !== undefined && createdAt.getTime() >= firstEnd);
}

/** Returns how many of these tasks began after another one of them had ended. */
export const countTasksThatFailedAgain = (tasks: StoppedTask[]): number => listTasksThatFailedAgain(tasks).length;

/**
 * Returns the minimum number of generations of these tasks. A task belongs to the next generation if it was created after a task of the last generation had
 * ended. Ten tasks that each fail once are one generation. A replacement that fails too is the second generation.
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
