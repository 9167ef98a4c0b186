import type { CircuitBreaker } from './observation.ts';

/** ECS's defaults: half of the wanted tasks, at least 3, at most 200 (botocore ecs `ServiceDeploymentCircuitBreaker`; half is rounded up). */
const defaultThreshold: NonNullable<CircuitBreaker['threshold']> = { type: 'BOUNDED_PERCENT', value: 50 };

/**
 * Returns the number of failures that trips ECS's circuit breaker (`DeploymentCircuitBreaker.thresholdConfiguration`, types COUNT, BOUNDED_PERCENT
 * and UNBOUNDED_PERCENT).
 */
export function calculateBreakerThreshold(desired: number, { type, value } = defaultThreshold): number {
  if (type === 'COUNT') return Math.max(value, 1);
  const share = Math.max(Math.ceil((desired * value) / 100), 1);
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(Math.max(share, 3), 200);
}
