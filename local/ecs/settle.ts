import { change } from './change.ts';
import { hasEnough, waitsForCleanup } from './early-success.ts';
import { deploymentEvent, say, serviceAction } from './events.ts';
import { finish } from './finish.ts';
import { now } from './names.ts';
import { tasksOf } from './service-view.ts';
import type { Deployment, Ecs, EcsService } from './state.ts';
import { wake } from './wake.ts';

/** How long ECS goes on watching a deployment's alarms when all else is done. AWS computes it from the alarms. Milliseconds. */
const alarmBakeMs = 60_000;

const bakeMs = ({ of }: Deployment): number => {
  if (of.alarms.status !== 'MONITORING' || of.rollback !== undefined) return 0;
  const minutes = of.service.settings.deploymentConfiguration?.bakeTimeInMinutes ?? 0;
  return minutes > 0 ? minutes * 60_000 : alarmBakeMs;
};

const isSteady = (service: EcsService, primary: Deployment): boolean => {
  const tasks = tasksOf(primary);
  return (
    service.deployments.length === 1 &&
    tasks.length === service.desiredCount &&
    tasks.every((task) => task.healthy && task.desiredStatus === 'RUNNING')
  );
};

function complete(ecs: Ecs, primary: Deployment): void {
  const { of } = primary;
  const reason = `ECS deployment ${primary.id} completed.`;
  change(primary, { rolloutState: 'COMPLETED', rolloutStateReason: reason, updatedAt: now(ecs) });
  of.service.completed = { deploymentId: primary.id, revision: primary.revision };
  finish(ecs, of, of.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
  say(ecs, of.service, `(deployment ${primary.id}) deployment completed.`);
  deploymentEvent(ecs, primary, 'SERVICE_DEPLOYMENT_COMPLETED');
}

function sayDrained(ecs: Ecs, service: EcsService): void {
  if (service.status !== 'DRAINING' || service.tasks.size > 0) return;
  service.status = 'INACTIVE';
  service.deployments = [];
  const [current] = service.history;
  if (current !== undefined && current.finishedAt === undefined) finish(ecs, current, 'STOPPED');
}

function saySteady(ecs: Ecs, service: EcsService): void {
  if (service.steady) return;
  service.steady = true;
  say(ecs, service, 'has reached a steady state.');
  serviceAction(ecs, service, 'SERVICE_STEADY_STATE');
}

/** Completes a deployment whose alarms were watched; one that succeeds early may have to see off the tasks before it first. */
function prove(ecs: Ecs, primary: Deployment, steady: boolean): void {
  const { service } = primary.of;
  if (!steady && !primary.proven) {
    primary.proven = true;
    wake(ecs, service);
  }
  if (primary.rolloutState === 'IN_PROGRESS' && (steady || !waitsForCleanup(primary))) complete(ecs, primary);
  if (steady) saySteady(ecs, service);
}

/** Says what has come to rest: a deployment is complete, the service is steady, a deleted service is INACTIVE. */
export function settle(ecs: Ecs, service: EcsService): void {
  sayDrained(ecs, service);
  const [primary] = service.deployments;
  if (primary === undefined || service.status !== 'ACTIVE') return;
  const steady = isSteady(service, primary);
  if (!steady) service.steady = false;
  if (!steady && !hasEnough(primary)) {
    delete primary.steadySince;
    return;
  }
  primary.steadySince ??= ecs.cloud.clock.now();
  const bakedAt = primary.steadySince + bakeMs(primary);
  if (primary.rolloutState === 'IN_PROGRESS' && ecs.cloud.clock.now() < bakedAt) wake(ecs, service, bakedAt);
  else prove(ecs, primary, steady);
}
