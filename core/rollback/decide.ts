import type { FailureSignal } from '../model/rollback-cause.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatTime } from '../parsing/time-text.ts';
import {
  chooseKnownGoodRevision,
  formatNoKnownGood,
  formatRegisteredAgain,
  isActiveRevision,
} from './choose-revision.ts';
import { isSameRevisionAndImages, type PastDeployment } from './deployment-history.ts';
import {
  createRollbackContext,
  formatResponsibleExecution,
  formatRollbackTargetName,
  isDeploymentInProgress,
  primaryDeploymentOf,
  type RollbackContext,
  type RollbackFacts,
  type RollbackPlan,
} from './facts.ts';
import { findOlderKnownGoodDeployments } from './known-good.ts';
import { planRequestedRevision } from './requested-revision.ts';
import { findReasonToSkipRollback, shouldRecordSkip } from './skip-reason.ts';
import { findRevisionAfterStop } from './stop-destination.ts';

const planNothing = (reason: string): RollbackPlan & { do: 'nothing' } => ({ do: 'nothing', reason });

const formatDeleted = (deleted: PastDeployment[]): string =>
  deleted.length === 0
    ? ''
    : ` (ECS has deleted ${deleted.map(({ taskDefinition }) => parseRevisionName(taskDefinition)).join(', ')})`;

/**
 * Whether stopping the deployment is enough. While a deployment is in progress, ECS's own rollback is the fastest, because the old tasks still run. It is
 * allowed only if ECS would restore the same revision.
 */
function isStopEnough(context: RollbackContext, good: PastDeployment): boolean {
  const destination = findRevisionAfterStop(context.deployments, ({ arn }) => arn === context.newest?.arn);
  return (
    isDeploymentInProgress(context) &&
    destination !== undefined &&
    isActiveRevision(context.revisions.get(good.taskDefinition)) &&
    isSameRevisionAndImages(destination, good, context.restores)
  );
}

function planStop(context: RollbackContext, newest: PastDeployment, good: PastDeployment): RollbackPlan {
  const reason = `Deployment ${primaryDeploymentOf(context)?.id ?? newest.arn} of ${parseRevisionName(newest.taskDefinition)} is to be stopped, which brings ${parseRevisionName(good.taskDefinition)} back.`;
  return { do: 'stop', reason, serviceDeploymentArn: newest.arn, back: good.taskDefinition };
}

/** Returns the revision that the service runs. If ECS has rolled back, this is the newest known-good revision. */
const findRunningRevision = ({ newest, knownGood }: RollbackContext): PastDeployment | undefined =>
  newest?.status === 'ROLLBACK_SUCCESSFUL' ? knownGood.stack[0] : newest;

function planLastKnownGood(context: RollbackContext): RollbackPlan {
  const runs = findRunningRevision(context);
  const older = runs === undefined ? [] : findOlderKnownGoodDeployments(runs, context.knownGood, context.restores);
  const { good, deleted } = chooseKnownGoodRevision(older, context.revisions);
  if (good === undefined) return planNothing(formatNoKnownGood(formatRollbackTargetName(context), deleted));
  if (context.newest !== undefined && isStopEnough(context, good)) return planStop(context, context.newest, good);
  const { taskDefinition: revision } = good;
  const reason =
    `${formatRollbackTargetName(context)} rolls back to ${parseRevisionName(revision)}, the newest known-good revision before ${parseRevisionName(runs?.taskDefinition ?? 'the one that runs')}${formatDeleted(deleted)}.` +
    formatRegisteredAgain(revision, context.revisions);
  return { do: 'revision', reason, revision, ran: good };
}

function choosePlan(context: RollbackContext): RollbackPlan {
  if (context.cause.kind === 'hand' && context.cause.revision !== undefined)
    return planRequestedRevision(context, context.cause.revision);
  const out = findReasonToSkipRollback(context);
  if (out !== undefined) return planNothing(out);
  return planLastKnownGood(context);
}

const formatCause = ({ cause }: Pick<RollbackFacts, 'cause'>): string => {
  switch (cause.kind) {
    case 'hand':
      return `Requested ${cause.by === undefined ? 'manually' : `by ${cause.by}`}${cause.reason === undefined ? '' : `: "${cause.reason}"`}.`;
    case 'failed deployment':
      return `Deployment ${cause.deploymentId} failed.`;
    case 'alarm':
      return `The alarm ${cause.name} went off at ${formatTime(cause.at)}${cause.reason === '' ? '' : ` (${cause.reason.replace(/\.$/, '')})`}.`;
  }
};

/** Returns the decision to do nothing, because a running execution (its ARN) watches the deployment and decides. */
export const createLeaveToWatcherPlan = (cause: FailureSignal, execution: string): RollbackPlan & { do: 'nothing' } =>
  planNothing(`${formatCause({ cause })} ${formatResponsibleExecution(execution)}`);

/**
 * Decides whether and how to roll back, from the facts alone. If a person names no revision, Gantry restores the newest known-good revision before
 * the running revision. An event restores, only once, the newest known-good revision before the deployment that failed. Throws a ConfigurationError
 * if a person's request is not valid.
 */
export function decideRollback(facts: RollbackFacts): RollbackPlan {
  const context = createRollbackContext(facts);
  const plan = choosePlan(context);
  const reason = `${formatCause(facts)} ${plan.reason}`;
  return plan.do === 'nothing' ? { ...plan, reason, isRecorded: shouldRecordSkip(context) } : { ...plan, reason };
}
