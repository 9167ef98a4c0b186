import { steadyStateMessage } from '../service/described-service.ts';
import { formatAlarmNames } from './alarms.ts';
import {
  chooseRollbackActor,
  createFailedFinding,
  type Finding,
  formatOurDeployment,
  inProgressFinding,
  type RollbackActor,
  stableFinding,
} from './finding.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { listEventsSinceRollout } from './service-events.ts';
import { describeFailedHooks, formatSplitTraffic } from './stage-sentences.ts';

/** How long a list can omit a new deployment (ECS is eventually consistent), in ms. */
const eventualConsistencyMs = 60_000;

/** How long a stop can be visible before the newer deployment that caused it, in ms. */
const stopSettlesMs = 30_000;

/**
 * Returns whether ECS or Gantry rolls back. ECS rolls back a failed deployment itself if the circuit breaker
 * or the alarms that ended it have `rollback` enabled.
 */
function chooseActorWithEcs(observation: RolloutObservation): RollbackActor {
  const { service, serviceDeployment } = observation;
  const alarm = serviceDeployment?.alarms?.status === 'TRIGGERED';
  const breaker = serviceDeployment?.circuitBreaker?.status === 'TRIGGERED';
  const either = !alarm && !breaker;
  const undoes =
    ((alarm || either) && service.alarms.enable && service.alarms.rollback) ||
    ((breaker || either) && service.circuitBreaker.enable && service.circuitBreaker.rollback);
  return undoes ? 'ecs' : chooseRollbackActor(observation);
}

/** Whether ECS rolls back any deployment that its circuit breaker or an alarm ends. */
export const doesEcsRollBackEveryFailure = ({ circuitBreaker, alarms }: RolloutObservation['service']): boolean => {
  const enabled = [circuitBreaker, alarms].filter(({ enable }) => enable);
  return enabled.length > 0 && enabled.every(({ rollback }) => rollback);
};

/** Says that a service is deleted, or is being deleted. */
export const describeGoneService = (status: string): string =>
  `The service is ${status} and no longer takes deployments.`;

/** Checks for a service that is deleted, or is being deleted. */
export const checkServiceGone = ({ service }: RolloutObservation): Finding | undefined =>
  service.status === 'ACTIVE' ? undefined : createFailedFinding(describeGoneService(service.status), 'none');

/**
 * How long the weights of the traffic can be older than the status, in ms. They are "a snapshot of the traffic distribution" (botocore ecs
 * `ServiceRevisionSummary`); after this time, ECS's status decides.
 */
const weightsSettleMs = 60_000;

/** Checks for success, which can come while old tasks still run: `earlySuccessCriteria` lets a service succeed before it cleans up. */
export function checkSucceeded({ serviceDeployment, now }: RolloutObservation): Finding | undefined {
  if (serviceDeployment?.status !== 'SUCCESSFUL') return undefined;
  const since = now.getTime() - (serviceDeployment.finishedAt?.getTime() ?? 0);
  return (serviceDeployment.oldProduction ?? 0) > 0 && since < weightsSettleMs ? inProgressFinding : stableFinding;
}

function describeTrigger(observation: RolloutObservation): string | undefined {
  const { serviceDeployment } = observation;
  if (serviceDeployment?.alarms?.status === 'TRIGGERED')
    return `${formatAlarmNames(serviceDeployment.alarms.triggered)} went to ALARM`;
  if (serviceDeployment?.circuitBreaker?.status === 'TRIGGERED') return "ECS's circuit breaker stopped it";
  return describeFailedHooks(observation);
}

const formatTrigger = (observation: RolloutObservation): string => {
  const why = describeTrigger(observation);
  return why === undefined ? '' : `: ${why}`;
};

/** Every status that begins with ROLLBACK means that our deployment has failed. */
export function checkRolledBackByEcs(observation: RolloutObservation): Finding | undefined {
  switch (observation.serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return createFailedFinding(
        `${formatOurDeployment(observation)} failed and ECS is rolling it back${formatTrigger(observation)}.`,
        'ecs',
      );
    case 'ROLLBACK_SUCCESSFUL':
      return createFailedFinding(
        `${formatOurDeployment(observation)} failed and ECS has rolled it back${formatTrigger(observation)}.`,
        'none',
      );
    case 'ROLLBACK_FAILED':
      return createFailedFinding(
        `${formatOurDeployment(observation)} failed, and so did ECS's rollback of it.`,
        chooseRollbackActor(observation),
      );
    default:
      return undefined;
  }
}

/**
 * Checks for a deployment that the circuit breaker, an alarm or ECS itself ended. In this case, STOPPED is the status of a failed deployment that ECS does
 * not roll back.
 */
export function checkFailedByEcs(observation: RolloutObservation): Finding | undefined {
  const why =
    describeTrigger(observation) ??
    (findOurDeployment(observation)?.rolloutState === 'FAILED' ? 'ECS gave it up' : undefined);
  if (why === undefined) return undefined;
  const ended = observation.serviceDeployment?.status === 'STOPPED';
  return createFailedFinding(
    `${formatOurDeployment(observation)} failed: ${why}.`,
    ended ? chooseRollbackActor(observation) : chooseActorWithEcs(observation),
  );
}

/** Checks for a deployment that a person stopped, without a newer deployment. */
export function checkStopped(observation: RolloutObservation): Finding | undefined {
  const { serviceDeployment, now } = observation;
  if (serviceDeployment?.status !== 'STOPPED') return undefined;
  const since = now.getTime() - (serviceDeployment.finishedAt?.getTime() ?? 0);
  if (since < stopSettlesMs) return inProgressFinding;
  return createFailedFinding(
    `${formatOurDeployment(observation)} was stopped by somebody, and nothing newer has begun.${formatSplitTraffic(serviceDeployment)}`,
    'none',
  );
}

/**
 * Judges by DescribeServices if there is no history entry (deployed before 25 October 2024, behind a Classic Load Balancer, or the role cannot read the
 * history). This does not work for a deployment that shifts traffic or has hooks, so without an entry such a deployment never counts as stable.
 */
export function checkWithoutHistory(observation: RolloutObservation): Finding | undefined {
  if (observation.serviceDeployment !== undefined) return undefined;
  const ours = findOurDeployment(observation);
  if (ours === undefined) {
    if (observation.now.getTime() - Date.parse(observation.rollout.startedAt) < eventualConsistencyMs)
      return inProgressFinding;
    return createFailedFinding(
      `${formatOurDeployment(observation)} is gone: ECS lists neither it nor anything newer.`,
      'none',
    );
  }
  if (observation.service.shiftsTraffic) return undefined;
  if (ours.rolloutState !== undefined) return ours.rolloutState === 'COMPLETED' ? stableFinding : undefined;
  const { deployments, running, desired } = observation.service;
  const isSteady = listEventsSinceRollout(observation).some(({ message }) => message.includes(steadyStateMessage));
  return deployments.length === 1 && running === desired && isSteady ? stableFinding : undefined;
}
