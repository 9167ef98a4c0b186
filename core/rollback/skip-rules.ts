import { Failure } from '../errors/failure.ts';
import { revisionName } from '../parsing/arn.ts';
import type { PastDeployment } from './deployment-history.ts';
import {
  formatTargetName,
  isDeploymentInProgress,
  newestIsRestore,
  primaryDeploymentOf,
  type RollbackContext,
} from './facts.ts';

/** A deployment is suspected for so long after it was done: most that fail under load do so within the first hour. */
const alarmWindowMinutes = 60;

/** An event that took longer than this is late, and its alarm may be over; one that flaps is looked at sooner. In ms. */
const lateEventMs = 5 * 60_000;

/** A reason to do nothing, if the rule finds one. `newest` is the newest deployment of all. */
type SkipRule = (world: RollbackContext, newest: PastDeployment) => string | undefined;

const skipIfEcsRollingBack: SkipRule = (world, { status }) =>
  status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS'
    ? `ECS is rolling ${formatTargetName(world)} back already.`
    : undefined;

const skipIfEcsRolledBack: SkipRule = (world, { status }) => {
  if (status === 'ROLLBACK_SUCCESSFUL')
    return `ECS has rolled ${formatTargetName(world)} back already: it is on ${revisionName(world.service.taskDefinition)}.`;
  return status === 'ROLLBACK_FAILED'
    ? `ECS has tried to roll ${formatTargetName(world)} back already, and failed: the service needs a person.`
    : undefined;
};

const skipIfNotNewest: SkipRule = (world, { taskDefinition }) => {
  const { cause } = world;
  const primary = primaryDeploymentOf(world);
  if (cause.kind !== 'failed deployment' || primary?.id === cause.deploymentId) return undefined;
  const newer = `deployment ${primary?.id ?? 'without an id'} of ${revisionName(primary?.taskDefinition ?? taskDefinition)}`;
  return newestIsRestore(world)
    ? `${formatTargetName(world)} is rolled back already, by ${newer}.`
    : `It is not the newest any more: ${newer} began after it.`;
};

const skipIfAlarmPredates: SkipRule = ({ cause }, { createdAt, taskDefinition }) =>
  cause.kind === 'alarm' && cause.at < createdAt
    ? `It was in ALARM before the newest deployment, of ${revisionName(taskDefinition)}, began at ${createdAt.toISOString()}.`
    : undefined;

const skipIfAlarmOver: SkipRule = ({ cause, alarming, now }) =>
  cause.kind === 'alarm' && !alarming && now.getTime() - cause.at.getTime() > lateEventMs
    ? 'Its event came late, and it is not in ALARM any more.'
    : undefined;

const skipIfDeploymentTooOld: SkipRule = (world, { finishedAt }) => {
  const { cause } = world;
  if (cause.kind !== 'alarm' || finishedAt === undefined || isDeploymentInProgress(world)) return undefined;
  if (cause.at.getTime() - finishedAt.getTime() <= alarmWindowMinutes * 60_000) return undefined;
  return `${formatTargetName(world)} had no deployment within the ${alarmWindowMinutes} minutes before; the last one ended at ${finishedAt.toISOString()}.`;
};

const skipIfHandled: SkipRule = ({ caring }) =>
  caring === undefined ? undefined : `Our own workflow is taking care of the deployment already: ${caring}.`;

const skipIfRollbackDisabled: SkipRule = ({ declined: execution }) =>
  execution === undefined
    ? undefined
    : `Its release asked not to be rolled back (RollBackOnFailure is false): ${execution}.`;

const skipIfRestoring: SkipRule = (world, { taskDefinition }) =>
  isDeploymentInProgress(world) && newestIsRestore(world)
    ? `Deployment ${primaryDeploymentOf(world)?.id} is bringing ${revisionName(taskDefinition)} back already, which ran well before.`
    : undefined;

const skipIfRestored: SkipRule = (world, { taskDefinition, status }) => {
  if (isDeploymentInProgress(world) || !newestIsRestore(world)) return undefined;
  const name = revisionName(taskDefinition);
  return status === 'SUCCESSFUL'
    ? `${formatTargetName(world)} is rolled back already: ${name}, which it runs, ran well before, so what is wrong did not come with a revision. It needs a person.`
    : `The way back to ${name}, which ran well before, failed too: ${formatTargetName(world)} needs a person.`;
};

/** In this order. An event makes one step back at most, and only from what it is about; a person may go further. */
const eventRules = [
  skipIfEcsRollingBack,
  skipIfEcsRolledBack,
  skipIfNotNewest,
  skipIfAlarmPredates,
  skipIfAlarmOver,
  skipIfDeploymentTooOld,
  skipIfHandled,
  skipIfRollbackDisabled,
  skipIfRestoring,
  skipIfRestored,
];
const manualRules = [skipIfEcsRollingBack, skipIfRestoring];

/** Why nothing is to do; undefined where there is. Throws a ConfigurationError where a person named a service that is not there. */
export function findSkipReason(world: RollbackContext): string | undefined {
  const { cause, newest, service } = world;
  if (service.status !== 'ACTIVE') return explainInactive(world);
  if (newest === undefined)
    return `ECS keeps no deployment history of ${formatTargetName(world)}, so it is not known what ran well.`;
  for (const rule of cause.kind === 'hand' ? manualRules : eventRules) {
    const reason = rule(world, newest);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The service cannot be deployed to: what that means depends on who asks. */
export function explainInactive(world: RollbackContext): string {
  const sentence = `The service ${formatTargetName(world)} is ${world.service.status}, so nothing can be deployed to it.`;
  if (world.cause.kind === 'hand')
    throw new Failure(
      'ConfigurationError',
      `${sentence} Correct the target: {"target": "${formatTargetName(world)}"} names cluster ${world.target.cluster}, service ${world.target.service}.`,
    );
  return sentence;
}
