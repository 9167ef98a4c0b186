import { change } from './change.ts';
import { now } from './names.ts';
import type { Ecs, ServiceDeployment, ServiceDeploymentStatus } from './state.ts';

/** Ends a service deployment, and with it the watch of its circuit breaker and alarms. */
export function finish(ecs: Ecs, ended: ServiceDeployment, status: ServiceDeploymentStatus): void {
  change(ended, { status, finishedAt: now(ecs), updatedAt: now(ecs) });
  if (status === 'STOPPED') ended.stoppedAt = now(ecs);
  for (const monitor of [ended.breaker, ended.alarms])
    if (monitor.status === 'MONITORING') monitor.status = 'MONITORING_COMPLETE';
}
