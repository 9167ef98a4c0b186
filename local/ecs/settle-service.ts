import { now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { meetsEarlySuccessCriteria, mustWaitForCleanup } from './early-success.ts';
import { addServiceEvent, publishDeploymentEvent, publishServiceAction } from './events.ts';
import { finishServiceDeployment } from './finish-service-deployment.ts';
import { deploymentTasks } from './service-view.ts';
import type { Ecs, EcsDeployment, EcsService } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** How long ECS keeps monitoring a deployment's alarms after everything else is done. AWS computes it from the alarms. Milliseconds. */
const defaultAlarmBakeMs = 60_000;

const bakeMs = ({ serviceDeployment }: EcsDeployment): number => {
  // A deployment that shifts traffic monitors its alarms in a stage of its own.
  if (serviceDeployment.native !== undefined) return 0;
  if (serviceDeployment.alarms.status !== 'MONITORING' || serviceDeployment.rollback !== undefined) return 0;
  const minutes = serviceDeployment.service.settings.deploymentConfiguration?.bakeTimeInMinutes ?? 0;
  return minutes > 0 ? minutes * 60_000 : defaultAlarmBakeMs;
};

/** Whether a deployment has reached the last of its stages, if it has stages. */
const isInLastStage = ({ serviceDeployment: { native, rollback } }: EcsDeployment): boolean =>
  native === undefined || rollback !== undefined || native.stage === 'CLEAN_UP';

const isSteady = (service: EcsService, primary: EcsDeployment): boolean => {
  const tasks = deploymentTasks(primary);
  return (
    service.deployments.length === 1 &&
    isInLastStage(primary) &&
    tasks.length === service.desiredCount &&
    tasks.every((task) => task.healthy && task.desiredStatus === 'RUNNING')
  );
};

function completeDeployment(ecs: Ecs, primary: EcsDeployment): void {
  const { serviceDeployment } = primary;
  const reason = `ECS deployment ${primary.id} completed.`;
  assignFields(primary, { rolloutState: 'COMPLETED', rolloutStateReason: reason, updatedAt: now(ecs) });
  serviceDeployment.service.lastCompleted = { deploymentId: primary.id, revision: primary.revision };
  finishServiceDeployment(
    ecs,
    serviceDeployment,
    serviceDeployment.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL',
  );
  addServiceEvent(ecs, serviceDeployment.service, `(deployment ${primary.id}) deployment completed.`);
  publishDeploymentEvent(ecs, primary, 'SERVICE_DEPLOYMENT_COMPLETED');
}

function finishDraining(ecs: Ecs, service: EcsService): void {
  if (service.status !== 'DRAINING' || service.tasks.size > 0) return;
  service.status = 'INACTIVE';
  service.deployments = [];
  const [current] = service.serviceDeployments;
  if (current !== undefined && current.finishedAt === undefined) finishServiceDeployment(ecs, current, 'STOPPED');
}

function announceSteadyState(ecs: Ecs, service: EcsService): void {
  if (service.steadyStateAnnounced) return;
  service.steadyStateAnnounced = true;
  addServiceEvent(ecs, service, 'has reached a steady state.');
  publishServiceAction(ecs, service, 'SERVICE_STEADY_STATE');
}

/** Completes a deployment once its alarms have been monitored. After an early success, the tasks of earlier deployments may have to stop before that. */
function completeAfterBake(ecs: Ecs, primary: EcsDeployment, steady: boolean): void {
  const { service } = primary.serviceDeployment;
  if (!steady && !primary.earlySuccess) {
    primary.earlySuccess = true;
    wakeScheduler(ecs, service);
  }
  if (primary.rolloutState === 'IN_PROGRESS' && (steady || !mustWaitForCleanup(primary)))
    completeDeployment(ecs, primary);
  if (steady) announceSteadyState(ecs, service);
}

/** Records what has settled: a deployment is complete, the service is steady, or a deleted service is INACTIVE. */
export function settleService(ecs: Ecs, service: EcsService): void {
  finishDraining(ecs, service);
  const [primary] = service.deployments;
  if (primary === undefined || service.status !== 'ACTIVE') return;
  const steady = isSteady(service, primary);
  if (!steady) service.steadyStateAnnounced = false;
  if (!steady && !meetsEarlySuccessCriteria(primary)) {
    delete primary.steadySince;
    return;
  }
  primary.steadySince ??= ecs.cloud.clock.now();
  const bakedAt = primary.steadySince + bakeMs(primary);
  if (primary.rolloutState === 'IN_PROGRESS' && ecs.cloud.clock.now() < bakedAt) wakeScheduler(ecs, service, bakedAt);
  else completeAfterBake(ecs, primary, steady);
}
