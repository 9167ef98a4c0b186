import type { EcsDeployment } from './state.ts';

/**
 * Returns how many failed tasks make a deployment fail: half of the desired count, rounded up, but at least 3 and at most 200
 * (botocore ecs ServiceDeploymentCircuitBreaker).
 */
export const failedTaskThreshold = (desiredCount: number): number =>
  Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));

/**
 * Counts a task that failed to start or failed its health checks. Once one of the deployment's tasks has been healthy, the
 * count "resets to zero and stops being evaluated" (botocore ecs Deployment.failedTasks).
 */
export function recordFailedTask(deployment: EcsDeployment | undefined): void {
  if (deployment === undefined || deployment.healthyOnce) return;
  deployment.failedTasks += 1;
  // During a rollback the rolled-back deployment keeps its count; the count of the rollback is separate.
  const { circuitBreaker, target } = deployment.serviceDeployment;
  if (deployment.revision === target) circuitBreaker.failureCount = deployment.failedTasks;
}

/** Records that a task of the deployment is healthy. */
export function recordHealthyTask(deployment: EcsDeployment | undefined): void {
  if (deployment === undefined) return;
  deployment.healthyOnce = true;
  deployment.failedTasks = 0;
}

/** Whether the circuit breaker has failed this deployment. */
export const isCircuitBreakerTripped = ({
  serviceDeployment: { circuitBreaker },
  failedTasks,
  rolloutState,
}: EcsDeployment): boolean =>
  rolloutState === 'IN_PROGRESS' && circuitBreaker.status !== 'DISABLED' && failedTasks >= circuitBreaker.threshold;
