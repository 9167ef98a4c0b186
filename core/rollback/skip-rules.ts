import { parseRevisionName } from '../parsing/arn.ts';
import { formatTime } from '../parsing/time-text.ts';
import { findExecutionTag, isRollbackDisabledByTag } from '../task-definition/tags.ts';
import type { PastDeployment } from './deployment-history.ts';
import {
  formatResponsibleExecution,
  formatRollbackTargetName,
  isDeploymentInProgress,
  isNewestDeploymentRestore,
  primaryDeploymentOf,
  type RollbackContext,
} from './facts.ts';
import { findLedgerEntry } from './ledger-evidence.ts';

/** The time after the end of a deployment in which it can be the cause of an alarm. Most deployments that fail under load fail within the first hour. */
const alarmWindowMinutes = 60;

/** The delay in ms after which an event counts as late, because its alarm may have ended. An alarm that changes often is checked earlier. */
const lateEventMs = 5 * 60_000;

/** Returns a reason to do nothing; undefined if the rule does not apply. `newest` is the service's newest deployment. */
export type SkipRule = (context: RollbackContext, newest: PastDeployment) => string | undefined;

export const skipIfEcsRollingBack: SkipRule = (context, { status }) =>
  status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS'
    ? `ECS is rolling ${formatRollbackTargetName(context)} back already.`
    : undefined;

export const skipIfEcsRolledBack: SkipRule = (context, { status }) => {
  if (status === 'ROLLBACK_SUCCESSFUL')
    return `ECS has rolled ${formatRollbackTargetName(context)} back already: it is on ${parseRevisionName(context.service.taskDefinition)}.`;
  return status === 'ROLLBACK_FAILED'
    ? `ECS has tried to roll ${formatRollbackTargetName(context)} back already, and failed: the service needs a person.`
    : undefined;
};

/** Skips the rollback of a failed deployment if another deployment is PRIMARY now. */
export const skipIfNotNewest: SkipRule = (context, { taskDefinition }) => {
  const { cause } = context;
  const primary = primaryDeploymentOf(context);
  if (cause.kind !== 'failed deployment' || primary?.id === cause.deploymentId) return undefined;
  const newer = `deployment ${primary?.id ?? 'without an id'} of ${parseRevisionName(primary?.taskDefinition ?? taskDefinition)}`;
  return isNewestDeploymentRestore(context)
    ? `${formatRollbackTargetName(context)} is rolled back already, by ${newer}.`
    : `It is not the newest any more: ${newer} began after it.`;
};

export const skipIfAlarmPredates: SkipRule = ({ cause }, { createdAt, taskDefinition }) =>
  cause.kind === 'alarm' && cause.at < createdAt
    ? `It was in ALARM before the newest deployment, of ${parseRevisionName(taskDefinition)}, began at ${formatTime(createdAt)}.`
    : undefined;

export const skipIfAlarmOver: SkipRule = ({ cause, alarming, now }) =>
  cause.kind === 'alarm' && !alarming && now.getTime() - cause.at.getTime() > lateEventMs
    ? 'Its event came late, and it is not in ALARM any more.'
    : undefined;

/** Without a history, ECS does not show when a deployment ended. It ended within its time limit. */
export const skipIfDeploymentTooOld: SkipRule = (context, { createdAt, finishedAt }) => {
  const { cause, timeoutMinutes } = context;
  if (cause.kind !== 'alarm' || isDeploymentInProgress(context)) return undefined;
  const end = finishedAt ?? new Date(createdAt.getTime() + timeoutMinutes * 60_000);
  if (cause.at.getTime() - end.getTime() <= alarmWindowMinutes * 60_000) return undefined;
  const last = finishedAt === undefined ? `began at ${formatTime(createdAt)}` : `ended at ${formatTime(end)}`;
  return `${formatRollbackTargetName(context)} had no deployment within the ${alarmWindowMinutes} minutes before; the last one ${last}.`;
};

export const skipIfHandled: SkipRule = ({ responsible }) =>
  responsible === undefined ? undefined : formatResponsibleExecution(responsible);

/** The request not to roll back belongs to the revision, so it applies regardless of later releases and refusals. */
export const skipIfRollbackDisabled: SkipRule = (context, newest) => {
  const { entry, tags } = findOrigin(context, newest);
  const byTag = entry === undefined && isRollbackDisabledByTag(tags) ? findExecutionTag(tags) : undefined;
  const execution = (entry?.rollBackOnFailure === false ? entry.execution : byTag) ?? context.declined;
  return execution === undefined
    ? undefined
    : `Its release requested no rollback (RollBackOnFailure is false): ${execution}.`;
};

/** An event rolls back only deployments of Gantry. The ledger shows who deployed. If the ledger has no entry of the execution, the revision's tag shows it. */
export const skipIfForeign: SkipRule = (context, newest) => {
  if (context.mayRollBackForeign) return undefined;
  const { entry, tags } = findOrigin(context, newest);
  const execution = findExecutionTag(tags);
  const unrecorded = execution !== undefined && !context.entries?.some((one) => one.execution === execution);
  if (entry !== undefined || unrecorded) return undefined;
  return `The deployment of ${parseRevisionName(newest.taskDefinition)} was not made by Gantry, and rollBackForeignDeployments of ${formatRollbackTargetName(context)} is false.`;
};

/** Returns the ledger's entry of the execution that made a deployment, and the tags of its revision. */
function findOrigin({ entries = [], revisions }: RollbackContext, newest: PastDeployment) {
  const tags = revisions.get(newest.taskDefinition)?.tags ?? [];
  return { tags, entry: findLedgerEntry(newest, entries, findExecutionTag(tags)) };
}

export const skipIfRestoring: SkipRule = (context, { taskDefinition }) =>
  isDeploymentInProgress(context) && isNewestDeploymentRestore(context)
    ? `Deployment ${primaryDeploymentOf(context)?.id} is bringing ${parseRevisionName(taskDefinition)} back already, which worked before.`
    : undefined;

export const skipIfRestored: SkipRule = (context, { taskDefinition, status }) => {
  if (isDeploymentInProgress(context) || !isNewestDeploymentRestore(context)) return undefined;
  const name = parseRevisionName(taskDefinition);
  return status === 'SUCCESSFUL'
    ? `${formatRollbackTargetName(context)} is rolled back already: ${name}, which it runs, worked before, so what is wrong did not come with a revision. It needs a person.`
    : `The rollback to ${name}, which worked before, failed too: ${formatRollbackTargetName(context)} needs a person.`;
};
