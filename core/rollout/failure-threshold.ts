import type { CircuitBreaker, RolloutObservation } from './observation.ts';

/** ECS's defaults: half of the wanted tasks, at least 3, at most 200 (botocore ecs `ServiceDeploymentCircuitBreaker`; half is rounded up). */
const defaultThreshold: NonNullable<CircuitBreaker['threshold']> = { type: 'BOUNDED_PERCENT', value: 50 };

/**
 * Returns the number of failures that trips ECS's circuit breaker (`DeploymentCircuitBreaker.thresholdConfiguration`, types COUNT, BOUNDED_PERCENT
 * and UNBOUNDED_PERCENT).
 */
export function calculateCircuitBreakerThreshold(desired: number, { type, value } = defaultThreshold): number {
  if (type === 'COUNT') return Math.max(value, 1);
  const share = Math.max(Math.ceil((desired * value) / 100), 1);
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(Math.max(share, 3), 200);
}

/** Whether ECS's circuit breaker still judges the rollout. Until the rollout is stable, ECS's decision comes before Gantry's. */
export const isCircuitBreakerActive = ({ service, stableAt }: RolloutObservation): boolean =>
  service.circuitBreaker.enable && stableAt === undefined;

/**
 * Returns the number of failures with the same cause at which Gantry judges the rollout as failed. ECS's circuit breaker ignores containers that end
 * after they ran, so Gantry decides at twice ECS's threshold.
 */
export const calculateSameCauseLimit = (observation: RolloutObservation): number =>
  calculateCircuitBreakerThreshold(observation.service.desired, observation.service.circuitBreaker.threshold) *
  (isCircuitBreakerActive(observation) ? 2 : 1);
