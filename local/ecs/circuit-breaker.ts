import { isNativeStrategy } from './native-rollout.ts';
import type { Ecs, EcsDeployment, EcsService } from './state.ts';

/** The default threshold (deployment-circuit-breaker in the ECS guide). */
const defaultThreshold = { type: 'BOUNDED_PERCENT', value: 50 } as const;

const breakerSettings = ({ settings }: Pick<EcsService, 'settings'>) =>
  settings.deploymentConfiguration?.deploymentCircuitBreaker;

/**
 * Returns how many failed tasks make a deployment fail: by default half of the desired count, rounded up, but at least 3 and at most
 * 200 (deployment-circuit-breaker in the ECS guide).
 */
export function failedTaskThreshold(service: Pick<EcsService, 'settings' | 'desiredCount'>): number {
  const { type, value } = breakerSettings(service)?.thresholdConfiguration ?? defaultThreshold;
  if (type === 'COUNT') return value;
  const share = Math.ceil((service.desiredCount * value) / 100);
  return type === 'BOUNDED_PERCENT' ? Math.min(200, Math.max(3, share)) : share;
}

/** Whether ECS evaluates the circuit breaker: the guide documents it for rolling updates only. */
export const isBreakerUsed = (ecs: Ecs, { settings }: EcsService): boolean =>
  !isNativeStrategy(settings.deploymentConfiguration ?? {}) || ecs.cloud.answers['native-breaker'] === 'evaluated';

/** Counts a task that failed to start or failed its health checks. */
export function recordFailedTask(deployment: EcsDeployment | undefined): void {
  if (deployment === undefined || deployment.countStopped) return;
  deployment.failedTasks += 1;
  // During a rollback, the deployment that is rolled back keeps its count. The count of the rollback is separate.
  const { circuitBreaker, target } = deployment.serviceDeployment;
  if (deployment.revision === target) circuitBreaker.failureCount = deployment.failedTasks;
}

/**
 * Records that a task of the deployment is healthy: the count resets to zero, unless `resetOnHealthyTask` is false. AWS does not say clearly whether ECS
 * continues to count afterwards: the API reference says that the count "stops being evaluated", and the guide says that it resets "each time".
 */
export function recordHealthyTask(ecs: Ecs, deployment: EcsDeployment | undefined): void {
  if (deployment === undefined) return;
  if (breakerSettings(deployment.revision)?.resetOnHealthyTask === false) return;
  deployment.countStopped = ecs.cloud.answers['failure-count'] === 'stopped';
  deployment.failedTasks = 0;
}

/** Whether the circuit breaker has failed this deployment. */
export const isCircuitBreakerTripped = ({
  serviceDeployment: { circuitBreaker },
  failedTasks,
  rolloutState,
}: EcsDeployment): boolean =>
  rolloutState === 'IN_PROGRESS' && circuitBreaker.status !== 'DISABLED' && failedTasks >= circuitBreaker.threshold;
