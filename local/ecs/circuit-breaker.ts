import type { EcsDeployment } from './state.ts';

/** How many failed tasks fail a deployment: half of the desired count, rounded up, but 3 to 200 (botocore ecs ServiceDeploymentCircuitBreaker). */
export const failedTaskThreshold = (desiredCount: number): number =>
  Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));

/**
 * Counts a task that failed to start or failed its health checks. Once one of the deployment's tasks was healthy the count
 * "resets to zero and stops being evaluated" (botocore ecs Deployment.failedTasks).
 */
export function recordFailedTask(deployment: EcsDeployment): void {
  if (deployment.healthyOnce) return;
  deployment.failedTasks += 1;
  // A deployment that rolls back counts for itself; what made it necessary stays on record.
  const { circuitBreaker, target } = deployment.serviceDeployment;
  if (deployment.revision === target) circuitBreaker.failureCount = deployment.failedTasks;
}

/** Notes that a task of the deployment is healthy. */
export function recordHealthyTask(deployment: EcsDeployment): void {
  deployment.healthyOnce = true;
  deployment.failedTasks = 0;
}

/** Whether the circuit breaker says that this deployment has failed. */
export const isCircuitBreakerTripped = ({
  serviceDeployment: { circuitBreaker },
  failedTasks,
  rolloutState,
}: EcsDeployment): boolean =>
  rolloutState === 'IN_PROGRESS' && circuitBreaker.status !== 'DISABLED' && failedTasks >= circuitBreaker.threshold;
