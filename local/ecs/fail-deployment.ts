import { newNumericId, now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { addPrimaryDeployment } from './deployments.ts';
import { addServiceEvent, publishDeploymentEvent } from './events.ts';
import { finishServiceDeployment } from './finish-service-deployment.ts';
import { rollbackLagMs } from './rollback-lag.ts';
import { deploymentTasks } from './service-view.ts';
import type { Ecs, EcsDeployment, EcsService, EcsServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** The reason why a deployment failed, in the wording of each field that reports it: `rolloutStateReason`, service event, `statusReason`. */
export interface DeploymentFailure {
  /** The beginning of `rolloutStateReason`, e.g. `ECS deployment circuit breaker`. */
  detectedBy: string;
  summary: string;
  reason: string;
  rollBack: boolean;
}

function markFailed(ecs: Ecs, failed: EcsDeployment, { detectedBy, summary }: DeploymentFailure): void {
  assignFields(failed, {
    rolloutState: 'FAILED',
    rolloutStateReason: `${detectedBy}: ${summary}.`,
    updatedAt: now(ecs),
  });
  addServiceEvent(ecs, failed.serviceDeployment.service, `(deployment ${failed.id}) deployment failed: ${summary}.`);
  const { circuitBreaker, alarms } = failed.serviceDeployment;
  const watched = circuitBreaker.status !== 'DISABLED' || alarms.status !== 'DISABLED';
  if (watched || ecs.cloud.answers['failed-event'] === 'sent')
    publishDeploymentEvent(ecs, failed, 'SERVICE_DEPLOYMENT_FAILED');
}

/** Starts a new deployment of the last completed revision. The deployment takes over the running tasks of that revision. */
function startRollback(
  ecs: Ecs,
  failed: EcsServiceDeployment,
  cause: DeploymentFailure,
  back: NonNullable<EcsService['lastCompleted']>,
): void {
  const { service } = failed;
  const reason = `Service deployment rolled back because ${cause.reason}.`;
  failed.rollback = { reason, startedAt: now(ecs), revision: back.revision };
  assignFields(failed, { status: 'ROLLBACK_IN_PROGRESS', statusReason: reason, updatedAt: now(ecs) });
  addServiceEvent(ecs, service, `rolling back to deployment ${back.deploymentId}.`);
  if (ecs.cloud.answers['rollback-order'] !== 'history-first') restoreDeployment(ecs, failed, cause, back);
  else
    ecs.cloud.clock.after(rollbackLagMs, () => {
      if (failed.status === 'ROLLBACK_IN_PROGRESS') restoreDeployment(ecs, failed, cause, back);
      wakeScheduler(ecs, service);
    });
}

function restoreDeployment(
  ecs: Ecs,
  failed: EcsServiceDeployment,
  cause: DeploymentFailure,
  back: NonNullable<EcsService['lastCompleted']>,
): void {
  const { service } = failed;
  const old = service.deployments.filter((each) => each.revision === back.revision);
  const reason = `${cause.detectedBy}: rolling back to deploymentId ${back.deploymentId}.`;
  const tasks = old.flatMap(deploymentTasks);
  service.deployments = service.deployments.filter((each) => !old.includes(each));
  const id = ecs.cloud.answers['rollback-id'] === 'reused' ? back.deploymentId : `ecs-svc/${newNumericId(ecs)}`;
  const returned = addPrimaryDeployment(ecs, failed, back.revision, { id, reason });
  for (const task of tasks) task.deployment = returned;
}

/** Fails the service's PRIMARY deployment, and rolls back if that is enabled and a completed revision exists. */
export function failDeployment(ecs: Ecs, primary: EcsDeployment, cause: DeploymentFailure): void {
  const { serviceDeployment } = primary;
  const { lastCompleted } = serviceDeployment.service;
  markFailed(ecs, primary, cause);
  if (serviceDeployment.rollback !== undefined) {
    serviceDeployment.statusReason = `Service deployment rollback failed because ${cause.reason}.`;
    finishServiceDeployment(ecs, serviceDeployment, 'ROLLBACK_FAILED');
  } else if (cause.rollBack && lastCompleted !== undefined) startRollback(ecs, serviceDeployment, cause, lastCompleted);
  else {
    serviceDeployment.statusReason = `Service deployment failed because ${cause.reason}.`;
    if (cause.rollBack) serviceDeployment.statusReason += ' No rollback candidate was found to run the rollback.';
    finishServiceDeployment(ecs, serviceDeployment, 'STOPPED');
  }
}
