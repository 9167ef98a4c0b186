import { formatAlarmNames } from './alarms.ts';
import {
  chooseRollbackActor,
  type Finding,
  failedFinding,
  formatOurDeployment,
  inProgress,
  type RollbackActor,
  stable,
} from './finding.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';

/** How long a list can omit what was just created (ECS is eventually consistent), in ms. */
const eventualConsistencyMs = 60_000;

/** A stop can be visible before the newer deployment that caused it; by the next check that one is listed. In ms. */
const stopSettlesMs = 30_000;

/** ECS rolls back a failed deployment itself if the monitor that fired is configured to. */
function chooseActorWithEcs(look: RolloutObservation): RollbackActor {
  const { service, serviceDeployment } = look;
  const alarm = serviceDeployment?.alarms?.status === 'TRIGGERED';
  const breaker = serviceDeployment?.circuitBreaker?.status === 'TRIGGERED';
  const either = !alarm && !breaker;
  const undoes =
    ((alarm || either) && service.alarms.enable && service.alarms.rollback) ||
    ((breaker || either) && service.circuitBreaker.enable && service.circuitBreaker.rollback);
  return undoes ? 'ecs' : chooseRollbackActor(look);
}

/** Checks for a service that is deleted, or is being deleted. */
export const checkServiceGone = ({ service }: RolloutObservation): Finding | undefined =>
  service.status === 'ACTIVE'
    ? undefined
    : failedFinding(`The service is ${service.status} and no longer takes deployments.`, 'none');

/** Applies also while old tasks still run: a service can be configured to succeed before it cleans up (`earlySuccessCriteria`). */
export const checkSucceeded = (look: RolloutObservation): Finding | undefined =>
  look.serviceDeployment?.status === 'SUCCESSFUL' ? stable : undefined;

function describeTrigger({ serviceDeployment }: RolloutObservation): string | undefined {
  if (serviceDeployment?.alarms?.status === 'TRIGGERED')
    return `${formatAlarmNames(serviceDeployment.alarms.triggered)} went to ALARM`;
  if (serviceDeployment?.circuitBreaker?.status === 'TRIGGERED') return "ECS's circuit breaker stopped it";
  return undefined;
}

const formatTrigger = (look: RolloutObservation): string => {
  const why = describeTrigger(look);
  return why === undefined ? '' : `: ${why}`;
};

/** Every status that begins with ROLLBACK means that our deployment has failed. */
export function checkRolledBackByEcs(look: RolloutObservation): Finding | undefined {
  switch (look.serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return failedFinding(
        `${formatOurDeployment(look)} failed and ECS is rolling it back${formatTrigger(look)}.`,
        'ecs',
      );
    case 'ROLLBACK_SUCCESSFUL':
      return failedFinding(
        `${formatOurDeployment(look)} failed and ECS has rolled it back${formatTrigger(look)}.`,
        'none',
      );
    case 'ROLLBACK_FAILED':
      return failedFinding(
        `${formatOurDeployment(look)} failed, and so did ECS's rollback of it: the service needs a person.`,
        'none',
      );
    default:
      return undefined;
  }
}

/** A monitor fired or ECS gave up. In that case STOPPED is how ECS ends a failed deployment that it does not roll back. */
export function checkFailed(look: RolloutObservation): Finding | undefined {
  const why =
    describeTrigger(look) ?? (findOurDeployment(look)?.rolloutState === 'FAILED' ? 'ECS gave it up' : undefined);
  if (why === undefined) return undefined;
  const ended = look.serviceDeployment?.status === 'STOPPED';
  return failedFinding(
    `${formatOurDeployment(look)} failed: ${why}.`,
    ended ? chooseRollbackActor(look) : chooseActorWithEcs(look),
  );
}

/** A person stopped the deployment, and no other one followed. */
export function checkStopped(look: RolloutObservation): Finding | undefined {
  const { serviceDeployment, now } = look;
  if (serviceDeployment?.status !== 'STOPPED') return undefined;
  const since = now.getTime() - (serviceDeployment.finishedAt?.getTime() ?? 0);
  if (since < stopSettlesMs) return inProgress;
  return failedFinding(`${formatOurDeployment(look)} was stopped by somebody, and nothing newer has begun.`, 'none');
}

/**
 * Judges by the service itself if there is no history entry (deployed before 25 October 2024, behind a Classic Load Balancer, or the role cannot read the
 * history). That is impossible if a deployment shifts traffic or has hooks: such a deployment never counts as stable.
 */
export function checkWithoutHistory(look: RolloutObservation): Finding | undefined {
  if (look.serviceDeployment !== undefined) return undefined;
  const ours = findOurDeployment(look);
  if (ours === undefined) {
    if (look.now.getTime() - Date.parse(look.rollout.startedAt) < eventualConsistencyMs) return inProgress;
    return failedFinding(`${formatOurDeployment(look)} is gone: ECS lists neither it nor anything newer.`, 'none');
  }
  if (look.service.shiftsTraffic) return undefined;
  if (ours.rolloutState !== undefined) return ours.rolloutState === 'COMPLETED' ? stable : undefined;
  const { deployments, running, desired } = look.service;
  return deployments.length === 1 && running === desired ? stable : undefined;
}
