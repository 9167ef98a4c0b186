import { Failure } from '../errors/failure.ts';
import { revisionName } from '../parsing/arn.ts';
import { findExecutionTag, isRollbackDisabledByTag } from '../task-definition/tags.ts';
import type { PastDeployment } from './deployment-history.ts';
import {
  formatTargetName,
  isDeploymentInProgress,
  newestIsRestore,
  primaryDeploymentOf,
  type RollbackContext,
} from './facts.ts';
import { findLedgerEntry } from './ledger-evidence.ts';

/** How long after its end a deployment is suspected: most that fail under load do so within the first hour. */
const alarmWindowMinutes = 60;

/** An event that took longer than this is late, and its alarm may be over; a flapping alarm is checked earlier. In ms. */
const lateEventMs = 5 * 60_000;

/** A reason to do nothing, if the rule finds one. `newest` is the service's newest deployment. */
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

/** The request belongs to the revision: it applies whatever was released or refused afterwards. */
const skipIfRollbackDisabled: SkipRule = (world, newest) => {
  const { entry, tags } = findOrigin(world, newest);
  const byTag = entry === undefined && isRollbackDisabledByTag(tags) ? findExecutionTag(tags) : undefined;
  const execution = (entry?.rollBackOnFailure === false ? entry.execution : byTag) ?? world.declined;
  return execution === undefined
    ? undefined
    : `Its release asked not to be rolled back (RollBackOnFailure is false): ${execution}.`;
};

/** An event only rolls back what Gantry deployed, according to the ledger or, if that has no entry of the execution, the revision's tag. */
const skipIfForeign: SkipRule = (world, newest) => {
  if (world.mayRollBackForeign) return undefined;
  const { entry, tags } = findOrigin(world, newest);
  const execution = findExecutionTag(tags);
  const unrecorded = execution !== undefined && !world.entries?.some((one) => one.execution === execution);
  if (entry !== undefined || unrecorded) return undefined;
  return `The deployment of ${revisionName(newest.taskDefinition)} was not made by Gantry, and rollBackForeignDeployments of ${formatTargetName(world)} is false.`;
};

/** The ledger's entry of the execution that made a deployment, and the tags of its revision. */
function findOrigin({ entries = [], revisions }: RollbackContext, newest: PastDeployment) {
  const tags = revisions.get(newest.taskDefinition)?.tags ?? [];
  return { tags, entry: findLedgerEntry(newest, entries, findExecutionTag(tags)) };
}

const skipIfRestoring: SkipRule = (world, { taskDefinition }) =>
  isDeploymentInProgress(world) && newestIsRestore(world)
    ? `Deployment ${primaryDeploymentOf(world)?.id} is bringing ${revisionName(taskDefinition)} back already, which worked before.`
    : undefined;

const skipIfRestored: SkipRule = (world, { taskDefinition, status }) => {
  if (isDeploymentInProgress(world) || !newestIsRestore(world)) return undefined;
  const name = revisionName(taskDefinition);
  return status === 'SUCCESSFUL'
    ? `${formatTargetName(world)} is rolled back already: ${name}, which it runs, worked before, so what is wrong did not come with a revision. It needs a person.`
    : `The rollback to ${name}, which worked before, failed too: ${formatTargetName(world)} needs a person.`;
};

/** In this order. An event causes one step back at most, and only from the deployment that it is about; a person can go further. */
const eventRules = [
  skipIfEcsRollingBack,
  skipIfEcsRolledBack,
  skipIfNotNewest,
  skipIfAlarmPredates,
  skipIfAlarmOver,
  skipIfDeploymentTooOld,
  skipIfHandled,
  skipIfRollbackDisabled,
  skipIfForeign,
  skipIfRestoring,
  skipIfRestored,
];
const manualRules = [skipIfEcsRollingBack, skipIfRestoring];

/** Why there is nothing to do; undefined if there is something. Throws a ConfigurationError if a person named a service that does not exist. */
export function findSkipReason(world: RollbackContext): string | undefined {
  const { cause, newest, service } = world;
  if (service.status !== 'ACTIVE') return explainInactive(world);
  if (newest === undefined)
    return `ECS has no deployment history of ${formatTargetName(world)}, so Gantry does not know which deployment is at fault. Name a revision: gantry rollback ${formatTargetName(world)} --to FAMILY:N.`;
  for (const rule of cause.kind === 'hand' ? manualRules : eventRules) {
    const reason = rule(world, newest);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Explains that the service cannot be deployed to; what follows depends on who requested the rollback. */
export function explainInactive(world: RollbackContext): string {
  const sentence = `The service ${formatTargetName(world)} is ${world.service.status}, so nothing can be deployed to it.`;
  if (world.cause.kind === 'hand')
    throw new Failure(
      'ConfigurationError',
      `${sentence} Correct the target: {"target": "${formatTargetName(world)}"} names cluster ${world.target.cluster}, service ${world.target.service}.`,
    );
  return sentence;
}
