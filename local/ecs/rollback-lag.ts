import type { Ecs, EcsServiceDeployment } from './state.ts';

/** The time between the service's and the history's display of a rollback, if they do not show it at once. Milliseconds. */
export const rollbackLagMs = 10_000;

/** Returns a service deployment as the history shows it now: if the service shows a rollback first, the history hides it for a while. */
export function visibleServiceDeployment(ecs: Ecs, each: EcsServiceDeployment): EcsServiceDeployment {
  const { rollback, statusReason: _, ...rest } = each;
  const since = ecs.cloud.clock.now() - (rollback?.startedAt.getTime() ?? 0);
  if (ecs.cloud.answers['rollback-order'] !== 'service-first' || since >= rollbackLagMs) return each;
  return { ...rest, status: 'IN_PROGRESS', circuitBreaker: { ...each.circuitBreaker, status: 'MONITORING' } };
}
