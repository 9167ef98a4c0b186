import { now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import type { ServiceDeploymentStatus } from './service-deployment-status.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';

/** Ends a service deployment and the monitoring by its circuit breaker and alarms. */
export function finishServiceDeployment(ecs: Ecs, ended: EcsServiceDeployment, status: ServiceDeploymentStatus): void {
  assignFields(ended, { status, finishedAt: now(ecs), updatedAt: now(ecs) });
  if (status === 'STOPPED') ended.stoppedAt = now(ecs);
  for (const cancel of ended.native?.cancelTimers.splice(0) ?? []) cancel();
  for (const monitor of [ended.circuitBreaker, ended.alarms])
    if (monitor.status === 'MONITORING') monitor.status = 'MONITORING_COMPLETE';
}
