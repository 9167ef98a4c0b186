import { isCircuitBreakerTripped } from './circuit-breaker.ts';
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

/** Returns why this deployment fails now, if it does: a request to stop it, one of its alarms, or its circuit breaker. */
function findFailure(primary: EcsDeployment): DeploymentFailure | undefined {
  const { serviceDeployment } = primary;
  if (serviceDeployment.status === 'ROLLBACK_REQUESTED') return stopRequestFailure(true);
  if (serviceDeployment.status === 'STOP_REQUESTED') return stopRequestFailure(false);
  if (
    primary.rolloutState === 'IN_PROGRESS' &&
    serviceDeployment.rollback === undefined &&
    serviceDeployment.alarms.status === 'TRIGGERED'
  )
    return alarmFailure(serviceDeployment.service);
  return isCircuitBreakerTripped(primary) ? circuitBreakerFailure(serviceDeployment.service) : undefined;
}

/** Fails the PRIMARY deployment if there is a reason to. */
export function failIfNeeded(ecs: Ecs, service: EcsService): void {
  const [primary] = service.deployments;
  const cause = primary && findFailure(primary);
  if (primary === undefined || cause === undefined) return;
  if (cause.detectedBy.endsWith('circuit breaker')) primary.serviceDeployment.circuitBreaker.status = 'TRIGGERED';
  failDeployment(ecs, primary, cause);
}
