import type { Target } from '../model/release.ts';
import type { RollbackOutcome, RollbackResult, ServiceStatus } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from '../rollout/observation.ts';
import { formatServiceStatus, serviceStatusOf } from '../rollout/task-counts.ts';
import { planWait } from '../waiting/subscription.ts';

/** A rollback starts tasks that have run before, so it usually finishes in minutes; the result is reported after this time at the latest. In ms. */
const reportAfterMs = 30 * 60_000;

/** The time without success after which the rollback alarm goes off, because a person has to act, in ms. The attempts continue. */
export const rollbackOverdueMs = 60 * 60_000;

/** The attempts end this long after the execution's start, half an hour before Step Functions ends it (`TimeoutSeconds` of the machines). In ms. */
const longestExecutionMs = 25.5 * 3600_000;

/** A stop with ROLLBACK shows in the history at once. If the history does not show it within this time (in ms), Roll Back tries again. */
const stopTakesMs = 5 * 60_000;

/** A job gets its result within a minute of its deadline, so no check of the rollback begins more than this time after the deadline. In ms. */
const reportGraceMs = 30_000;

/** How long a pipeline's job can wait for the end of a rollback. */
export const calculateReportDeadline = (deadline: Date): Date => new Date(deadline.getTime() + reportGraceMs);

/** The facts with which a rollback is checked. */
export interface RollbackAttempt {
  target: Pick<Target, 'cluster' | 'service'>;
  observation: RolloutObservation;
  /** The revision to restore: the revision that Roll Back chose, otherwise the revision that the service ran before our deployment. */
  before: string;
  rollBack?: RollbackResult | undefined;
  /** When the rollout was found to have failed. */
  since: Date;
  /** When the result has to be reported, if a job waits for it. */
  latest?: Date | undefined;
  /** When the execution began. */
  started?: Date | undefined;
}

/** Whether the service's state is final, or Roll Back has to try again; undefined while ECS works on it. */
type Finding = { outcome: 'settled'; back: boolean; sentence: string } | { outcome: 'retry'; sentence: string };

const settled = (back: boolean, sentence: string): Finding => ({ outcome: 'settled', back, sentence });
const retry = (sentence: string): Finding => ({ outcome: 'retry', sentence });

/** Whether a deployment is steady: by its rollout state, or by its task count if ECS shows none (behind a Classic Load Balancer). */
const isDeploymentSteady = ({ rolloutState, running, desired }: Deployment): boolean =>
  rolloutState === undefined ? running >= desired : rolloutState === 'COMPLETED';

/** Checks ECS's own rollback, by its entry in the history; it can restore an older revision than the revision before ours. */
function checkEcsRollback({ observation, before, rollBack }: RollbackAttempt): Finding | 'not yet' | undefined {
  const { service, serviceDeployment, rollout } = observation;
  const status = formatServiceStatus(serviceStatusOf(service));
  switch (serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'not yet';
    case 'ROLLBACK_SUCCESSFUL': {
      const isBack = service.taskDefinition === before || service.taskDefinition !== rollout.taskDefinition;
      return settled(isBack, `ECS rolled back: the service is on ${status}.`);
    }
    case 'ROLLBACK_FAILED':
      return rollBack?.did === 'updated' ? undefined : retry(`ECS could not roll back: the service is on ${status}.`);
    case 'STOPPED':
      if (rollBack !== undefined && rollBack.did !== 'stopped') return undefined;
      return retry(`ECS stopped the deployment without a rollback: the service is on ${status}.`);
    default:
      return undefined;
  }
}

/** Checks a newer deployment in the service: our own deployment of the old revision, or another deployer's, which the rollback never replaces. */
function checkNewer({ observation, before }: RollbackAttempt, newer: Deployment): Finding | undefined {
  const status = formatServiceStatus(serviceStatusOf(observation.service));
  if (newer.taskDefinition !== before)
    return settled(false, `A deployment of somebody else's is the newest: the service is on ${status}.`);
  if (newer.rolloutState === 'FAILED')
    return retry(`The deployment that should restore it failed too: the service is on ${status}.`);
  return isDeploymentSteady(newer) ? settled(true, `The service is back on ${status}.`) : undefined;
}

/** Checks whether the effect of our recent stop or update is visible. */
function checkEffect({ observation, rollBack }: RollbackAttempt, elapsedMs: number): Finding | undefined {
  const status = formatServiceStatus(serviceStatusOf(observation.service));
  if (rollBack?.did === 'nothing') return settled(false, `The service stays on ${status}.`);
  if (rollBack === undefined || elapsedMs < stopTakesMs) return undefined;
  return retry(`The rollback has not begun: the service is on ${status}.`);
}

function findOutcome(attempt: RollbackAttempt, elapsedMs: number): Finding | undefined {
  const { service } = attempt.observation;
  if (service.status !== 'ACTIVE') return settled(false, `The service is ${service.status}.`);
  const byEcs = checkEcsRollback(attempt);
  if (byEcs !== undefined) return byEcs === 'not yet' ? undefined : byEcs;
  const newer = findNewerDeployment(attempt.observation);
  return newer === undefined ? checkEffect(attempt, elapsedMs) : checkNewer(attempt, newer);
}

const formatUnfinished = (elapsedMs: number, status: ServiceStatus): string => {
  const minutes = Math.floor(elapsedMs / 60_000);
  const after = minutes === 0 ? 'yet' : `after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `The rollback was not done ${after}: the service is on ${formatServiceStatus(status)}.`;
};

/** Explains what a person can do while the rollback continues. */
const formatContinuation = ({ target, before }: RollbackAttempt): string =>
  ` Gantry continues to try, until it succeeds or somebody else deploys. To do it yourself: aws ecs update-service --cluster ${target.cluster} --service ${target.service} --task-definition ${parseRevisionName(before)}`;

/**
 * Determines from one check in which state a failed rollout leaves the service. An unfinished rollback continues until the execution's time limit;
 * `due` means that the result has to be reported now.
 */
export function judgeRollback(attempt: RollbackAttempt): RollbackOutcome {
  const { observation, since, latest, started } = attempt;
  const serviceStatus = serviceStatusOf(observation.service);
  const elapsed = observation.now.getTime() - since.getTime();
  const finding = findOutcome(attempt, elapsed);
  if (finding?.outcome === 'settled') return { ...finding, serviceStatus };
  const end = new Date((started ?? since).getTime() + longestExecutionMs);
  const unfinished = finding?.sentence ?? formatUnfinished(elapsed, serviceStatus);
  if (observation.now >= end)
    return { outcome: 'settled', back: false, sentence: `${unfinished} Gantry gave up.`, serviceStatus };
  const reportAt = Math.min(since.getTime() + reportAfterMs, latest?.getTime() ?? Number.POSITIVE_INFINITY);
  const due = observation.now.getTime() >= reportAt;
  const result = due ? { due, sentence: unfinished + formatContinuation(attempt) } : { due };
  if (finding?.outcome === 'retry') return { outcome: 'retry', ...result, serviceStatus };
  const next = due ? end : new Date(reportAt);
  return {
    outcome: 'going on',
    ...planWait(observation.now, { since, end: next }, observation.subscription),
    ...result,
    serviceStatus,
  };
}

/** Whether a rollback is overdue, so that a person has to act. `since`: when its rollout failed. */
export const isRollbackOverdue = (since: Date, now: Date): boolean =>
  now.getTime() - since.getTime() >= rollbackOverdueMs;
