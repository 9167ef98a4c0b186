import { calculateSameCauseLimit } from './failure-threshold.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';

/** Enough for a small service whose tasks stop for several causes. */
const fewestTasks = 300;

/** By default, a service has at most 5,000 tasks (ECS service quotas), and a crash loop shows in two lives of each. A Lambda function reads them in time. */
const mostTasks = 10_001;

/**
 * Returns how many of our stopped tasks a check must read to see a crash loop, in whatever order ECS lists them. At most `desired` tasks live at the
 * same time. So among twice as many tasks plus one, more than `desired` are retries, which is more than can run, and at least one is a retry of a
 * retry. During the bake time, the tasks that failed before it are added.
 */
export function countTasksToRead(observation: RolloutObservation): number {
  const desired = Math.max(findOurDeployment(observation)?.desired ?? 0, observation.desiredAtStable ?? 0);
  const lives = observation.stableAt === undefined ? 2 : 4;
  return Math.min(Math.max(fewestTasks, calculateSameCauseLimit(observation), lives * desired + 1), mostTasks);
}
