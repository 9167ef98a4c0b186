import { calculateCircuitBreakerThreshold } from './failure-threshold.ts';
import { countTasksToKeep, lacksTasks, type RolloutObservation } from './observation.ts';
import type { StoppedTask } from './observed-task.ts';
import { countTaskGenerations, listTasksThatFailedAgain } from './retries.ts';
import { listStartsSinceStable } from './service-events.ts';
import { taskEndTimeOf } from './stop-texts.ts';
import { groupFailuresByCause, isFailureOfRelease, type StoppedTaskGroup } from './stopped-task.ts';

/*
 * The rules for tasks that fail after the rollout was stable. They depend on the tasks that ended, and not on the tasks that run at the time of a
 * check: between two crashes all tasks run, and checks come every 12 or every 60 seconds.
 */

/** Returns our failed tasks. If the rollout was stable, returns only the tasks that failed after that. */
export const listFailedTasksToJudge = ({ stoppedTasks, stableAt, now }: RolloutObservation): StoppedTask[] =>
  stoppedTasks.filter(
    (task) => isFailureOfRelease(task) && (stableAt === undefined || (taskEndTimeOf(task) ?? now) >= stableAt),
  );

/** The number of failures in sequence that make a crash loop: a task, its replacement, and the next replacement. ECS's own minimum is three failures too. */
const loopGenerations = 3;

const isRepeated = ({ tasks }: StoppedTaskGroup): boolean => countTaskGenerations(tasks) >= loopGenerations;

/**
 * Returns the number of failures that end the bake time: ECS's default, or the circuit breaker's own limit if it is lower. A higher limit of the service's
 * circuit breaker applies only until the rollout is stable.
 */
const calculateBakeLimit = (observation: RolloutObservation): number => {
  const kept = countTasksToKeep(observation);
  const { threshold } = observation.service.circuitBreaker;
  return Math.min(calculateCircuitBreakerThreshold(kept), calculateCircuitBreakerThreshold(kept, threshold));
};

/** Returns the cause for which at least three generations of tasks failed since the rollout was stable. */
export const findBakeCrashLoop = (observation: RolloutObservation): StoppedTaskGroup | undefined =>
  groupFailuresByCause(listFailedTasksToJudge(observation)).find(
    (cause) => cause.tasks.length >= calculateBakeLimit(observation) && isRepeated(cause),
  );

/** How long ECS takes to start a replacement, and to show that a task has ended, in ms (Fargate first removes its network interface). */
const slackMs = 60_000;

const lifeMs = (task: StoppedTask): number => {
  const end = taskEndTimeOf(task)?.getTime() ?? 0;
  return end - (task.createdAt?.getTime() ?? end);
};

/** Returns when the newest replacements of these tasks have run longer than each of the tasks did, including replacements that failed. In ms since 1970. */
function calculateProofTime({ tasks }: StoppedTaskGroup): number {
  const retries = listTasksThatFailedAgain(tasks);
  const lives = (retries.length > 0 ? retries : tasks).map(lifeMs);
  const lastEnd = Math.max(...tasks.map((task) => taskEndTimeOf(task)?.getTime() ?? 0));
  return lastEnd + Math.max(...lives) + slackMs;
}

/** Whether the failures are reason to doubt the replacements: all tasks failed, or as many as ECS accepts, or a replacement failed too. */
const areReplacementsDoubtful = (observation: RolloutObservation, { tasks }: StoppedTaskGroup): boolean =>
  tasks.length >= Math.min(calculateBakeLimit(observation), countTasksToKeep(observation)) ||
  listTasksThatFailedAgain(tasks).length > 0;

const findDoubtfulReplacements = (observation: RolloutObservation): StoppedTaskGroup[] =>
  groupFailuresByCause(listFailedTasksToJudge(observation)).filter((cause) =>
    areReplacementsDoubtful(observation, cause),
  );

/**
 * Returns when all replacements will have outlived the tasks that they replace, in ms since 1970. Before that time, a full number of tasks may be a pause
 * between two crashes. The task that was started last may replace a task that ECS does not show as stopped yet. 0 if no task was replaced.
 */
export const calculateReplacementsProvenAt = (observation: RolloutObservation): number =>
  Math.max(
    0,
    ...listStartsSinceStable(observation).map(({ at }) => at.getTime() + slackMs),
    ...findDoubtfulReplacements(observation).map(calculateProofTime),
  );

/** Whether several replacements failed one after the other, and the newest replacements have not outlived them yet. */
export const areReplacementsFailing = (observation: RolloutObservation): boolean =>
  findDoubtfulReplacements(observation).some(
    (cause) => isRepeated(cause) && calculateProofTime(cause) > observation.now.getTime(),
  );

/**
 * Whether a stable rollout has lost tasks: tasks are missing, and tasks have failed or ECS starts no tasks. If no task failed and ECS has just started
 * tasks, the service was only scaled in and out again.
 */
export const hasLostTasks = (observation: RolloutObservation): boolean =>
  lacksTasks(observation) &&
  (listFailedTasksToJudge(observation).length > 0 ||
    !listStartsSinceStable(observation).some(({ at }) => at.getTime() + slackMs > observation.now.getTime()));
