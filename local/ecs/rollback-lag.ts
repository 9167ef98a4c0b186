import type { Ecs, EcsServiceDeployment } from './state.ts';

/** How much later the second of service and history shows a rollback, where they do not show it at once. Milliseconds. */
export const rollbackLagMs = 10_000;

/** A service deployment as the history shows it now: where the service is first, its rollback stays hidden for a while. */
export function visibleServiceDeployment(ecs: Ecs, each: EcsServiceDeployment): EcsServiceDeployment {
  const { rollback, statusReason: _, ...rest } = each;
  const since = ecs.cloud.clock.now() - (rollback?.startedAt.getTime() ?? 0);
  if (ecs.cloud.answers['rollback-order'] !== 'service-first' || since >= rollbackLagMs) return each;
  return { ...rest, status: 'IN_PROGRESS', circuitBreaker: { ...each.circuitBreaker, status: 'MONITORING' } };
}
