import { type CircuitBreaker, findOurDeployment, type RolloutObservation } from './observation.ts';
import type { StoppedTask } from './observed-task.ts';
import { taskEndTime } from './stop-texts.ts';
import { groupFailuresByCause, isFailureOfRelease, isPermanentFailure, type StopCause } from './stopped-task.ts';

/** ECS's defaults: half of the wanted tasks, at least 3, at most 200 (botocore ecs `ServiceDeploymentCircuitBreaker`; half is rounded up). */
const defaultThreshold: NonNullable<CircuitBreaker['threshold']> = { type: 'BOUNDED_PERCENT', value: 50 };

/**
 * Returns the number of failures that trips ECS's circuit breaker (`DeploymentCircuitBreaker.thresholdConfiguration`, types COUNT, BOUNDED_PERCENT
 * and UNBOUNDED_PERCENT).
 */
export function calculateFailureThreshold(desired: number, { type, value } = defaultThreshold): number {
  if (type === 'COUNT') return Math.max(value, 1);
  const share = Math.max(Math.ceil((desired * value) / 100), 1);
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(Math.max(share, 3), 200);
}

/** Whether ECS's circuit breaker still judges the rollout. Until the rollout is stable, ECS's decision comes before Gantry's. */
const isBreakerActive = ({ service, stableAt }: RolloutObservation): boolean =>
  service.circuitBreaker.enable && stableAt === undefined;

/**
 * Returns the number of failures with the same cause at which Gantry judges the rollout as failed. ECS's circuit breaker ignores containers that end
 * after they ran, so Gantry decides at twice ECS's threshold.
 */
export const calculateFailureLimit = (observation: RolloutObservation): number =>
  calculateFailureThreshold(observation.service.desired, observation.service.circuitBreaker.threshold) *
  (isBreakerActive(observation) ? 2 : 1);

/** Counts the tasks that began after another task with the same cause had ended: retries that failed again. */
export function countFailedRetries(tasks: StoppedTask[]): number {
  const firstEnd = Math.min(...tasks.map((task) => taskEndTime(task)?.getTime() ?? Number.POSITIVE_INFINITY));
  return tasks.filter(({ createdAt }) => createdAt !== undefined && createdAt.getTime() >= firstEnd).length;
}

/**
 * Returns the number of retries that succeeded, as far as ECS shows: the number of running tasks. A healthy task resets ECS's count, unless the
 * service is configured otherwise (`resetOnHealthyTask`).
 */
export const countSuccessfulRetries = (observation: RolloutObservation): number =>
  observation.service.circuitBreaker.resetOnHealthyTask === false ? 0 : (findOurDeployment(observation)?.running ?? 0);

const lifeMs = (task: StoppedTask): number => {
  const end = taskEndTime(task)?.getTime() ?? 0;
  return end - ((task.startedAt ?? task.createdAt)?.getTime() ?? end);
};

/** Whether all wanted tasks run and have outlived every task that stopped. */
function hasRecovered(observation: RolloutObservation, tasks: StoppedTask[]): boolean {
  const ours = findOurDeployment(observation);
  if (ours === undefined || ours.running < Math.max(ours.desired, 1)) return false;
  const lastEnd = Math.max(...tasks.map((task) => taskEndTime(task)?.getTime() ?? 0));
  return observation.now.getTime() - lastEnd > Math.max(...tasks.map(lifeMs));
}

/** Returns our tasks that failed; if the rollout was stable, only the tasks that failed since then. */
const failedTasks = ({ stoppedTasks, stableAt, now }: RolloutObservation): StoppedTask[] =>
  stoppedTasks.filter(
    (task) => isFailureOfRelease(task) && (stableAt === undefined || (taskEndTime(task) ?? now) >= stableAt),
  );

/**
 * Returns the cause for which tasks of our deployment stop repeatedly; undefined while the rollout may still recover. Compares failures with
 * progress: ten tasks that each fail once and are replaced are not a crash loop, but five of ten tasks that fail repeatedly are.
 */
export const findCrashLoop = (observation: RolloutObservation): StopCause | undefined =>
  groupFailuresByCause(failedTasks(observation)).find(
    ({ tasks }) =>
      tasks.length >= calculateFailureLimit(observation) &&
      countFailedRetries(tasks) > countSuccessfulRetries(observation) &&
      !hasRecovered(observation, tasks),
  );

/**
 * Returns a cause that keeps all our tasks from starting, even after ECS tried again, and that no retry can fix. Undefined while ECS's circuit
 * breaker still judges the rollout.
 */
export function findPermanentFailure(observation: RolloutObservation): StopCause | undefined {
  if (isBreakerActive(observation) || (findOurDeployment(observation)?.running ?? 0) > 0) return undefined;
  return groupFailuresByCause(failedTasks(observation).filter(isPermanentFailure)).find(
    ({ tasks }) => countFailedRetries(tasks) > 0,
  );
}
