import { tripped } from './circuit-breaker.ts';
import { type Cause, fail } from './roll-back.ts';
import type { Deployment, Ecs, EcsService } from './state.ts';

const breakerCause = (service: EcsService): Cause => ({
  by: 'ECS deployment circuit breaker',
  what: 'tasks failed to start',
  because: 'the circuit breaker threshold was exceeded',
  rollBack: service.settings.deploymentConfiguration?.deploymentCircuitBreaker?.rollback ?? false,
});

const alarmCause = (service: EcsService): Cause => ({
  by: 'ECS deployment alarm',
  what: 'alarm detected',
  because: 'of a CloudWatch alarm breach',
  rollBack: service.settings.deploymentConfiguration?.alarms?.rollback ?? false,
});

const askedCause = (rollBack: boolean): Cause => ({
  by: 'ECS service deployment',
  what: 'stopped by user',
  because: 'of a user request',
  rollBack,
});

/** What fails this deployment now, if anything: a request to stop it, one of its alarms, or its circuit breaker. */
function causeOf(primary: Deployment): Cause | undefined {
  const { of } = primary;
  if (of.status === 'ROLLBACK_REQUESTED') return askedCause(true);
  if (of.status === 'STOP_REQUESTED') return askedCause(false);
  if (primary.rolloutState === 'IN_PROGRESS' && of.rollback === undefined && of.alarms.status === 'TRIGGERED')
    return alarmCause(of.service);
  return tripped(primary) ? breakerCause(of.service) : undefined;
}

/** Fails the PRIMARY deployment where there is a cause. */
export function judge(ecs: Ecs, service: EcsService): void {
  const [primary] = service.deployments;
  const cause = primary && causeOf(primary);
  if (primary === undefined || cause === undefined) return;
  if (cause.by.endsWith('circuit breaker')) primary.of.breaker.status = 'TRIGGERED';
  fail(ecs, primary, cause);
}
