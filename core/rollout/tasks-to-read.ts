import { calculateSameCauseLimit } from './failure-threshold.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';

/** The minimum number of tasks to read. It is enough for a small service whose tasks stop for several causes. */
const fewestTasks = 300;

/**
 * By default, a service has at most 5,000 tasks (ECS service quotas), and two generations of each task show a crash loop. A Lambda function can read that
 * many tasks in time.
 */
const mostTasks = 10_001;

/**
 * Returns how many of our stopped tasks a check must read to see a crash loop, in any order in which ECS lists them. At most `desired` tasks run at the same
 * time. So among 2 × `desired` + 1 tasks, more than `desired` are retries. That is more than can run at once, so at least one is a retry of a retry. During
 * the bake time, the number of tasks that failed before it is added.
 */
export function countTasksToRead(observation: RolloutObservation): number {
  const desired = Math.max(findOurDeployment(observation)?.desired ?? 0, observation.desiredAtStable ?? 0);
  const lives = observation.stableAt === undefined ? 2 : 4;
  return Math.min(Math.max(fewestTasks, calculateSameCauseLimit(observation), lives * desired + 1), mostTasks);
}
