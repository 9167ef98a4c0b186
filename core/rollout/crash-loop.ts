import { findBakeCrashLoop, listFailedTasksToJudge } from './bake-crashes.ts';
import { calculateSameCauseLimit, isCircuitBreakerActive } from './failure-threshold.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import type { StoppedTask } from './observed-task.ts';
import { countTasksThatFailedAgain } from './retries.ts';
import { taskEndTimeOf } from './stop-texts.ts';
import { groupFailuresByCause, isPermanentFailure, type StoppedTaskGroup } from './stopped-task.ts';
import { countTasksToRead } from './tasks-to-read.ts';

/**
 * Returns the number of retries that succeeded, estimated by the number of running tasks. A healthy task resets ECS's count, unless the service is
 * configured otherwise (`resetOnHealthyTask`).
 */
export const countSuccessfulRetries = (observation: RolloutObservation): number =>
  observation.service.circuitBreaker.resetOnHealthyTask === false ? 0 : (findOurDeployment(observation)?.running ?? 0);

/** Returns the lifetime of a task, including its start. The replacement is created when the task ends, and it must also start before it can run as long. */
const lifeMs = (task: StoppedTask): number => {
  const end = taskEndTimeOf(task)?.getTime() ?? 0;
  return end - (task.createdAt?.getTime() ?? end);
};

/** Whether stopped tasks may exist that were not read. The newest tasks may be among them. */
const mayLackTasks = (observation: RolloutObservation): boolean =>
  observation.stoppedTasks.length >= countTasksToRead(observation);

/** Whether all wanted tasks run and have outlived every task that stopped. */
function hasRecovered(observation: RolloutObservation, tasks: StoppedTask[]): boolean {
  if (mayLackTasks(observation)) return false;
  const ours = findOurDeployment(observation);
  if (ours === undefined || ours.running < Math.max(ours.desired, 1)) return false;
  const lastEnd = Math.max(...tasks.map((task) => taskEndTimeOf(task)?.getTime() ?? 0));
  return observation.now.getTime() - lastEnd > Math.max(...tasks.map(lifeMs));
}

const failsToRecover = (observation: RolloutObservation, { tasks }: StoppedTaskGroup): boolean =>
  tasks.length >= calculateSameCauseLimit(observation) &&
  countTasksThatFailedAgain(tasks) > countSuccessfulRetries(observation) &&
  !hasRecovered(observation, tasks);

/**
 * Returns the cause for which tasks of our deployment stop repeatedly; undefined while the rollout may still recover. Compares failures with
 * progress: ten tasks that each fail once and are replaced are not a crash loop, but five of ten tasks that fail repeatedly are. Once the rollout was
 * stable, its bake time has stricter rules.
 */
export const findCrashLoop = (observation: RolloutObservation): StoppedTaskGroup | undefined =>
  observation.stableAt === undefined
    ? groupFailuresByCause(observation.stoppedTasks).find((cause) => failsToRecover(observation, cause))
    : findBakeCrashLoop(observation);

/**
 * Returns a cause that keeps all our tasks from starting, even after ECS tried again, and that no retry can fix. Undefined while ECS's circuit
 * breaker still judges the rollout.
 */
export function findPermanentFailure(observation: RolloutObservation): StoppedTaskGroup | undefined {
  if (isCircuitBreakerActive(observation) || (findOurDeployment(observation)?.running ?? 0) > 0) return undefined;
  return groupFailuresByCause(listFailedTasksToJudge(observation).filter(isPermanentFailure)).find(
    ({ tasks }) => countTasksThatFailedAgain(tasks) > 0,
  );
}
