import { failedTaskThreshold, isCircuitBreakerTripped } from './circuit-breaker.ts';
import { type DeploymentFailure, failDeployment } from './fail-deployment.ts';
import type { Ecs, EcsDeployment, EcsService } from './state.ts';

const circuitBreakerFailure = (service: EcsService): DeploymentFailure => ({
  detectedBy: 'ECS deployment circuit breaker',
  summary: 'tasks failed to start',
  reason: 'the circuit breaker threshold was exceeded',
  rollBack: service.settings.deploymentConfiguration?.deploymentCircuitBreaker?.rollback ?? false,
});

const alarmFailure = (service: EcsService): DeploymentFailure => ({
  detectedBy: 'ECS deployment alarm',
  summary: 'alarm detected',
  reason: 'of a CloudWatch alarm breach',
  rollBack: service.settings.deploymentConfiguration?.alarms?.rollback ?? false,
});

const stopRequestFailure = (rollBack: boolean): DeploymentFailure => ({
  detectedBy: 'ECS service deployment',
  summary: 'stopped by user',
  reason: 'of a user request',
  rollBack,
});

/** A failed hook and a stage that takes too long always roll back (lambda-lifecycle-hooks, blue-green-deployment-how-it-works). */
const nativeFailure = ({ summary, reason }: { summary: string; reason: string }): DeploymentFailure => ({
  detectedBy: 'ECS service deployment',
  summary,
  reason,
  rollBack: true,
});

/** Returns the reason why this deployment must fail now, if there is one: a request to stop it, a hook, one of its alarms, or its circuit breaker. */
function findFailure(primary: EcsDeployment): DeploymentFailure | undefined {
  const { serviceDeployment } = primary;
  if (serviceDeployment.status === 'ROLLBACK_REQUESTED') return stopRequestFailure(true);
  if (serviceDeployment.status === 'STOP_REQUESTED') return stopRequestFailure(false);
  const isWatched = primary.rolloutState === 'IN_PROGRESS' && serviceDeployment.rollback === undefined;
  if (isWatched && serviceDeployment.alarms.status === 'TRIGGERED') return alarmFailure(serviceDeployment.service);
  if (isWatched && serviceDeployment.native?.failure !== undefined)
    return nativeFailure(serviceDeployment.native.failure);
  return isCircuitBreakerTripped(primary) ? circuitBreakerFailure(serviceDeployment.service) : undefined;
}

/** Fails the PRIMARY deployment if there is a reason to. */
export function failIfNeeded(ecs: Ecs, service: EcsService): void {
  const [primary] = service.deployments;
  // "During a deployment, Amazon ECS continuously uses the latest service desired count" (deployment-circuit-breaker).
  if (primary !== undefined) primary.serviceDeployment.circuitBreaker.threshold = failedTaskThreshold(service);
  const cause = primary && findFailure(primary);
  if (primary === undefined || cause === undefined) return;
  if (cause.detectedBy.endsWith('circuit breaker')) primary.serviceDeployment.circuitBreaker.status = 'TRIGGERED';
  failDeployment(ecs, primary, cause);
}
