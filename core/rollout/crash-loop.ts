import { type CircuitBreaker, findOurDeployment, type RolloutObservation } from './observation.ts';
import type { StoppedTask } from './observed-task.ts';
import { endOf } from './stop-texts.ts';
import { groupByCause, isPermanentFailure, isTaskFailure, type StopCause } from './stopped-task.ts';

/** ECS's defaults: half of the wanted tasks, at least 3, at most 200 (botocore ecs `ServiceDeploymentCircuitBreaker`; half is rounded up). */
const defaultThreshold: NonNullable<CircuitBreaker['threshold']> = { type: 'BOUNDED_PERCENT', value: 50 };

/** How many failures are too many, by ECS's own measure (`DeploymentCircuitBreaker.thresholdConfiguration`, types COUNT, BOUNDED_PERCENT and UNBOUNDED_PERCENT). */
export function failureThreshold(desired: number, { type, value } = defaultThreshold): number {
  if (type === 'COUNT') return Math.max(value, 1);
  const share = Math.max(Math.ceil((desired * value) / 100), 1);
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(Math.max(share, 3), 200);
}

/** Whether ECS's circuit breaker still judges the rollout. It decides first, until the rollout is stable. */
const isBreakerActive = ({ service, stableAt }: RolloutObservation): boolean =>
  service.circuitBreaker.enable && stableAt === undefined;

/** How many failures of one cause are too many for Gantry. ECS's breaker ignores containers that end after they ran, so past twice its measure Gantry decides. */
export const failureLimit = (observation: RolloutObservation): number =>
  failureThreshold(observation.service.desired, observation.service.circuitBreaker.threshold) *
  (isBreakerActive(observation) ? 2 : 1);

/** Counts tasks that began after another one with the same cause had ended: retries that did not help. */
export function countFailedRetries(tasks: StoppedTask[]): number {
  const firstEnd = Math.min(...tasks.map((task) => endOf(task)?.getTime() ?? Number.POSITIVE_INFINITY));
  return tasks.filter(({ createdAt }) => createdAt !== undefined && createdAt.getTime() >= firstEnd).length;
}

/** How many retries helped, as far as ECS shows: the running tasks. A healthy task resets ECS's count, unless the service is configured otherwise (`resetOnHealthyTask`). */
export const countProgress = (observation: RolloutObservation): number =>
  observation.service.circuitBreaker.resetOnHealthyTask === false ? 0 : (findOurDeployment(observation)?.running ?? 0);

const lifeMs = (task: StoppedTask): number => {
  const end = endOf(task)?.getTime() ?? 0;
  return end - ((task.startedAt ?? task.createdAt)?.getTime() ?? end);
};

/** Whether all wanted tasks run and have outlived every task that stopped. */
function hasRecovered(observation: RolloutObservation, tasks: StoppedTask[]): boolean {
  const ours = findOurDeployment(observation);
  if (ours === undefined || ours.running < Math.max(ours.desired, 1)) return false;
  const lastEnd = Math.max(...tasks.map((task) => endOf(task)?.getTime() ?? 0));
  return observation.now.getTime() - lastEnd > Math.max(...tasks.map(lifeMs));
}

/** Our tasks that failed; if the rollout was stable, those since then. */
const failedTasks = ({ stoppedTasks, stableAt, now }: RolloutObservation): StoppedTask[] =>
  stoppedTasks.filter((task) => isTaskFailure(task) && (stableAt === undefined || (endOf(task) ?? now) >= stableAt));

/**
 * The cause for which tasks of our deployment stop again and again; undefined while the rollout may still recover. Failures are weighed against
 * progress: ten tasks that each fail once and are replaced are no crash loop, five of ten that fail again and again are one.
 */
export const findCrashLoop = (observation: RolloutObservation): StopCause | undefined =>
  groupByCause(failedTasks(observation)).find(
    ({ tasks }) =>
      tasks.length >= failureLimit(observation) &&
      countFailedRetries(tasks) > countProgress(observation) &&
      !hasRecovered(observation, tasks),
  );

/** The cause for which none of our tasks starts although ECS has tried again, and which no retry fixes; undefined while ECS's circuit breaker decides. */
export function findPermanentFailure(observation: RolloutObservation): StopCause | undefined {
  if (isBreakerActive(observation) || (findOurDeployment(observation)?.running ?? 0) > 0) return undefined;
  return groupByCause(failedTasks(observation).filter(isPermanentFailure)).find(
    ({ tasks }) => countFailedRetries(tasks) > 0,
  );
}
