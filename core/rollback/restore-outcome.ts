import type { Verdict } from '../model/state-data.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from '../rollout/observation.ts';
import { formatServiceStatus, toServiceStatus } from '../rollout/task-counts.ts';
import { createSettledFinding, isDeploymentSteady, type RollbackFinding } from './finding.ts';
import { createSupersededFinding } from './superseded-finding.ts';

/**
 * One check of the deployment that restores the old revision: `observation.rollout` is that deployment, and `verdict` is the verdict of the rules for any
 * rollout on it.
 */
export interface RestoreCheck {
  observation: RolloutObservation;
  verdict: Verdict;
  /** Whether the revision is known good. If so, trying again may help. */
  knownGood: boolean;
}

const rollingBackStatuses = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

/** Returns the reason's first line, and the revision that the service runs now. */
const explainFailure = ({ observation, verdict }: Omit<RestoreCheck, 'knownGood'>): string => {
  const reason = 'reason' in verdict ? (verdict.reason.split('\n')[0] ?? '') : '';
  return `${reason} The service is on ${formatServiceStatus(toServiceStatus(observation.service))}.`.trim();
};

/**
 * Checks a deployment that is newer than the restoring deployment. The newer deployment can restore the same revision, be ECS's rollback of ours, or belong
 * to somebody else.
 */
function checkNewerThanRestore(check: RestoreCheck, newer: Deployment): RollbackFinding | undefined {
  const { observation, verdict } = check;
  const status = formatServiceStatus(toServiceStatus(observation.service));
  if (newer.taskDefinition === observation.rollout.taskDefinition)
    return isDeploymentSteady(newer) ? createSettledFinding(true, `The service is back on ${status}.`) : undefined;
  if (verdict.outcome !== 'failed') return createSupersededFinding(observation, newer);
  return verdict.rollBack === 'ecs' ? undefined : createSettledFinding(false, explainFailure(check));
}

/**
 * Whether ECS rolls back the restoring deployment and the history does not show the end of that rollback yet. False without a history: Roll Back reads the
 * service again, and changes nothing if ECS has rolled back by then.
 */
const isEcsRollbackExpected = ({ observation }: RestoreCheck, { rollBack }: Verdict & { outcome: 'failed' }): boolean =>
  rollBack === 'ecs' && observation.serviceDeployment !== undefined;

/** How long ECS can take to list a new deployment in its history, in ms. */
const historyDelayMs = 60_000;

/**
 * Whether the service runs only the restoring deployment. ECS's own rollback of another deployment has no entry in the history. Without an entry, the
 * verdict on a deployment that shifts traffic never says that the deployment has ended.
 */
function runsAlone({ service, serviceDeployment, rollout, now }: RolloutObservation): boolean {
  const [only, ...others] = service.deployments;
  return (
    serviceDeployment === undefined &&
    service.shiftsTraffic &&
    now.getTime() - Date.parse(rollout.startedAt) > historyDelayMs &&
    others.length === 0 &&
    only?.taskDefinition === rollout.taskDefinition &&
    isDeploymentSteady(only)
  );
}

/** Returns the outcome of the deployment that restores the old revision; undefined while it is in progress. */
export function checkRestore(check: RestoreCheck): RollbackFinding | undefined {
  const { observation, verdict } = check;
  const status = observation.serviceDeployment?.status ?? '';
  // ECS can also roll back the restoring deployment: its circuit breaker restores the revision that completed last.
  if (rollingBackStatuses.includes(status)) return undefined;
  if (status === 'ROLLBACK_SUCCESSFUL') return createSettledFinding(false, explainFailure(check));
  const newer = findNewerDeployment(observation);
  if (newer !== undefined) return checkNewerThanRestore(check, newer);
  if (verdict.outcome === 'stable' || (verdict.outcome === 'going on' && runsAlone(observation)))
    return createSettledFinding(
      true,
      `The service is back on ${formatServiceStatus(toServiceStatus(observation.service))}.`,
    );
  if (verdict.outcome !== 'failed' || isEcsRollbackExpected(check, verdict)) return undefined;
  if (!check.knownGood) return createSettledFinding(false, explainFailure(check));
  return { outcome: 'retry', sentence: explainFailure(check), reportNow: true };
}
