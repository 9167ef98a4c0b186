import { Failure } from '../errors/failure.ts';
import type { PastDeployment } from './deployment-history.ts';
import { formatRollbackTargetName, type RollbackContext } from './facts.ts';
import {
  skipIfAlarmOver,
  skipIfAlarmPredates,
  skipIfDeploymentTooOld,
  skipIfEcsRolledBack,
  skipIfEcsRollingBack,
  skipIfForeign,
  skipIfHandled,
  skipIfNotNewest,
  skipIfRestored,
  skipIfRestoring,
  skipIfRollbackDisabled,
} from './skip-rules.ts';

/**
 * The rules, in the order in which they are applied. An event rolls back at most one step, and only the deployment that it reports. A person can roll back
 * further.
 */
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

/**
 * Returns the reason why there is nothing to roll back; undefined if a rollback is needed. Throws a ConfigurationError if a person named a service
 * that does not exist.
 */
export function findReasonToSkipRollback(context: RollbackContext): string | undefined {
  const { cause, newest, service } = context;
  if (service.status !== 'ACTIVE') return explainInactiveService(context);
  if (newest === undefined)
    return `ECS has no deployment history of ${formatRollbackTargetName(context)}, so Gantry does not know which deployment is at fault. Name a revision: gantry rollback ${formatRollbackTargetName(context)} --to FAMILY:N.`;
  for (const rule of cause.kind === 'hand' ? manualRules : eventRules) {
    const reason = rule(context, newest);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Rules after which nobody has to know of the event: somebody takes care of the deployment, or the event is not about a deployment of Gantry. */
const unrecordedRules = eventRules.filter((rule) => rule !== skipIfRollbackDisabled && rule !== skipIfRestored);

/** An alarm can go off again and again. Its entries must not displace the entries of releases, because only the newest entries are read. */
const isFirstSkipOfDeployment = ({ entries = [] }: RollbackContext, { createdAt }: PastDeployment): boolean =>
  !entries.some(
    ({ source, result, start }) =>
      source.type === 'event' && result === 'NothingToDo' && Date.parse(start) >= createdAt.getTime(),
  );

/**
 * Whether the ledger gets an entry although there is nothing to roll back: a person asked for the rollback, or an event reports that a deployment of
 * Gantry's is bad, for the first time, and nobody takes care of it.
 */
export function shouldRecordSkip(context: RollbackContext): boolean {
  const { cause, newest, service } = context;
  if (cause.kind === 'hand') return true;
  if (service.status !== 'ACTIVE' || newest === undefined) return false;
  const isUnattended = unrecordedRules.every((rule) => rule(context, newest) === undefined);
  return isUnattended && isFirstSkipOfDeployment(context, newest);
}

/** Explains that the service is not ACTIVE. Throws a ConfigurationError if a person requested the rollback. */
export function explainInactiveService(context: RollbackContext): string {
  const sentence = `The service ${formatRollbackTargetName(context)} is ${context.service.status}, so nothing can be deployed to it.`;
  if (context.cause.kind === 'hand')
    throw new Failure(
      'ConfigurationError',
      `${sentence} Correct the target: {"target": "${formatRollbackTargetName(context)}"} names cluster ${context.target.cluster}, service ${context.target.service}.`,
    );
  return sentence;
}
