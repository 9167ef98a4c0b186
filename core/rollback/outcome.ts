import type { Target } from '../model/release.ts';
import type { ServiceStatus } from '../model/service-status.ts';
import type { RollbackActionResult, RollbackCheck } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { formatCount } from '../parsing/count.ts';
import { chooseRollbackActor } from '../rollout/finding.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from '../rollout/observation.ts';
import { formatServiceStatus, toServiceStatus } from '../rollout/task-counts.ts';
import { planWait } from '../waiting/subscription.ts';
import { calculateAttemptsEnd } from './attempts-end.ts';
import { createRetryFinding, createSettledFinding, isDeploymentSteady, type RollbackFinding } from './finding.ts';
import { calculateReportTime } from './report-time.ts';
import { checkRestore, type RestoreCheck } from './restore-outcome.ts';
import { createSupersededFinding } from './superseded-finding.ts';

/** The time without success after which the rollback alarm goes off, because a person has to act, in ms. The attempts continue. */
export const rollbackOverdueMs = 60 * 60_000;

/** The history shows a stop with ROLLBACK at once. If it does not show the stop within this time (in ms), Roll Back tries again. */
const stopTakesMs = 5 * 60_000;

/**
 * Without a history, only a new deployment in the service shows that ECS rolls back. If it does not appear within this time (in ms), ECS does not roll back:
 * ECS found nothing to restore, or the circuit breaker or alarm that ended the deployment has no `rollback`.
 */
const ecsRollbackTakesMs = 60_000;

/** The facts from which the state of a rollback is determined. */
export interface RollbackAttempt {
  target: Pick<Target, 'cluster' | 'service'>;
  /** The failed deployment. If `restore` is set, the deployment that restores the old revision. */
  observation: RolloutObservation;
  /** The verdict of the rules for any rollout on the restoring deployment, and whether its revision is known good. */
  restore?: Omit<RestoreCheck, 'observation'> | undefined;
  /** The revision to restore: the revision that Roll Back chose, otherwise the revision that the service ran before our deployment. */
  before: string;
  rollBack?: RollbackActionResult | undefined;
  /** When the rollout was found to have failed. */
  since: Date;
  /** When the result has to be reported, if a job waits for it. */
  latest?: Date | undefined;
  /** When the execution began. */
  started?: Date | undefined;
}

const statusOf = ({ service }: RolloutObservation): string => formatServiceStatus(toServiceStatus(service));

/** The finding for a rollback that did not happen: Roll Back tries again. ECS's own rollback is tried again only if Gantry may roll back. */
const retryIfAllowed = ({ observation, rollBack }: RollbackAttempt, what: string): RollbackFinding => {
  const sentence = `${what}: the service is on ${statusOf(observation)}.`;
  return rollBack === undefined && chooseRollbackActor(observation) === 'none'
    ? createSettledFinding(false, sentence)
    : createRetryFinding(sentence);
};

/** Checks ECS's own rollback by the history entry. ECS can restore an older revision than the revision before ours. */
function checkEcsRollback(attempt: RollbackAttempt): RollbackFinding | 'not yet' | undefined {
  const { observation, before, rollBack } = attempt;
  const { service, serviceDeployment, rollout } = observation;
  switch (serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'not yet';
    case 'ROLLBACK_SUCCESSFUL': {
      const isBack = service.taskDefinition === before || service.taskDefinition !== rollout.taskDefinition;
      return createSettledFinding(isBack, `ECS rolled back: the service is on ${statusOf(observation)}.`);
    }
    case 'ROLLBACK_FAILED':
      return rollBack?.did === 'updated' ? undefined : retryIfAllowed(attempt, 'ECS could not roll back');
    case 'STOPPED':
      if (rollBack !== undefined && rollBack.did !== 'stopped') return undefined;
      return retryIfAllowed(attempt, 'ECS stopped the deployment without a rollback');
    default:
      return undefined;
  }
}

/** Checks a newer deployment in the service: our own deployment of the old revision, or another deployer's, which the rollback never replaces. */
function checkNewer(attempt: RollbackAttempt, newer: Deployment): RollbackFinding | undefined {
  const { observation, before } = attempt;
  const status = statusOf(observation);
  if (newer.taskDefinition !== before) return createSupersededFinding(observation, newer);
  if (newer.rolloutState === 'FAILED')
    return retryIfAllowed(attempt, 'The deployment that should restore it failed too');
  return isDeploymentSteady(newer) ? createSettledFinding(true, `The service is back on ${status}.`) : undefined;
}

/** Returns how long the effect of a rollback can take to show, in ms. */
const calculateEffectMs = ({ observation, rollBack }: RollbackAttempt): number =>
  rollBack === undefined && observation.serviceDeployment === undefined ? ecsRollbackTakesMs : stopTakesMs;

/** Checks whether the effect of our recent stop or update, or of ECS's own rollback, is visible. */
function checkEffect(attempt: RollbackAttempt): RollbackFinding | undefined {
  const { observation, rollBack, since } = attempt;
  if (rollBack?.did === 'nothing') return createSettledFinding(false, `The service stays on ${statusOf(observation)}.`);
  const begunAt = rollBack?.at === undefined ? since.getTime() : Date.parse(rollBack.at);
  if (observation.now.getTime() - begunAt < calculateEffectMs(attempt)) return undefined;
  return retryIfAllowed(attempt, rollBack === undefined ? 'ECS has not rolled back' : 'The rollback has not begun');
}

function findOutcome(attempt: RollbackAttempt): RollbackFinding | undefined {
  const { observation, restore } = attempt;
  if (observation.service.status !== 'ACTIVE')
    return createSettledFinding(false, `The service is ${observation.service.status}.`);
  if (restore !== undefined) return checkRestore({ observation, ...restore });
  const byEcs = checkEcsRollback(attempt);
  if (byEcs !== undefined) return byEcs === 'not yet' ? undefined : byEcs;
  const newer = findNewerDeployment(observation);
  return newer === undefined ? checkEffect(attempt) : checkNewer(attempt, newer);
}

const formatUnfinished = (elapsedMs: number, serviceStatus: ServiceStatus): string => {
  const minutes = Math.floor(elapsedMs / 60_000);
  const after = minutes === 0 ? 'yet' : `after ${formatCount(minutes, 'minute')}`;
  return `The rollback was not done ${after}: the service is on ${formatServiceStatus(serviceStatus)}.`;
};

/** Explains what a person can do while the rollback continues. */
const formatContinuation = ({ target, before }: RollbackAttempt): string =>
  ` Gantry continues to try, until it succeeds or somebody else deploys. To do it yourself: aws ecs update-service --cluster ${target.cluster} --service ${target.service} --task-definition ${parseRevisionName(before)}`;

/**
 * Determines from one check in which state a failed rollout leaves the service. An unfinished rollback continues until the execution's time limit;
 * `due` means that the result has to be reported now.
 */
export function judgeRollback(attempt: RollbackAttempt): RollbackCheck {
  const { observation, since, started } = attempt;
  const serviceStatus = toServiceStatus(observation.service);
  const finding = findOutcome(attempt);
  if (finding?.outcome === 'settled') return { ...finding, serviceStatus };
  const end = calculateAttemptsEnd({ since, started });
  const unfinished = finding?.sentence ?? formatUnfinished(observation.now.getTime() - since.getTime(), serviceStatus);
  if (observation.now >= end)
    return { outcome: 'settled', back: false, sentence: `${unfinished} Gantry gave up.`, serviceStatus };
  const reportAt = calculateReportTime(attempt);
  const due = observation.now >= reportAt || finding?.reportNow === true;
  const told = {
    ...(due ? { due, sentence: unfinished + formatContinuation(attempt) } : { due }),
    serviceDeploymentArn: attempt.restore?.verdict.serviceDeploymentArn,
    historyReadAt: attempt.restore?.verdict.historyReadAt,
    serviceStatus,
  };
  if (finding?.outcome === 'retry') return { outcome: 'retry', ...told };
  const next = due ? end : reportAt;
  return { outcome: 'going on', ...planWait(observation.now, { since, end: next }, observation.subscription), ...told };
}

/** Whether a rollback is overdue, so that a person has to act. `since`: when its rollout failed. */
export const isRollbackOverdue = (since: Date, now: Date): boolean =>
  now.getTime() - since.getTime() >= rollbackOverdueMs;
