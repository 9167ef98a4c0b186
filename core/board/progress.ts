import type { StageProgress } from '../model/stage-progress.ts';
import type { ExecutionData } from '../reporting/execution-data.ts';
import { calculateRolloutDeadline } from '../rollout/bake-time.ts';
import { formatOurDeployment } from '../rollout/finding.ts';
import type { RolloutObservation, ServiceDeployment } from '../rollout/observation.ts';
import { formatObstacles } from '../rollout/obstacles.ts';
import { isRolloutPaused } from '../rollout/pause.ts';
import { findPrimary, isNewestDeploymentUnfinished } from '../rollout/rolling-out.ts';
import { trackStages } from '../rollout/track-stages.ts';
import type { ServiceObservation } from './observations.ts';
import { entriesOfObservation } from './running.ts';

/**
 * Returns the data of the running execution; undefined if none runs. An execution has also ended if its ledger entry says so, because the board can read the
 * entry after the execution.
 */
export function findRunningExecutionData(observation: ServiceObservation): ExecutionData | undefined {
  const execution = observation.execution?.value;
  if (execution === undefined || execution.ended) return undefined;
  const entry = entriesOfObservation(observation).find((one) => one.execution === execution.arn);
  return entry?.end === undefined ? execution.data : undefined;
}

/**
 * Returns the earlier progress of the deployment with this id, as the board or the execution saw it. If both saw the deployment in its present stage,
 * returns the earlier of the two, because the bake time began then.
 */
function findEarlierStages(
  observation: ServiceObservation,
  deployment: string,
  serviceDeployment: ServiceDeployment | undefined,
): StageProgress | undefined {
  const seen = observation.stages?.deployment === deployment ? observation.stages.progress : undefined;
  const known = [seen, findRunningExecutionData(observation)?.verdict?.progress].filter((one) => one !== undefined);
  const isSameStage = ({ stage, production }: StageProgress): boolean =>
    stage === serviceDeployment?.lifecycleStage && production === serviceDeployment?.production;
  const [earliest] = known.filter(isSameStage).toSorted((a, b) => a.since.localeCompare(b.since));
  return earliest ?? known[0];
}

/** Returns the progress of the newest deployment, computed from the latest read and from the earlier progress. */
export function trackObservedStages(
  observation: ServiceObservation,
  serviceDeployment: ServiceDeployment | undefined,
  now: Date,
): ServiceObservation['stages'] {
  const service = observation.service.value?.service;
  const deployment = service && findPrimary(service)?.id;
  if (deployment === undefined) return undefined;
  const earlier = findEarlierStages(observation, deployment, serviceDeployment);
  const progress = trackStages({ serviceDeployment, now }, earlier);
  return progress && { deployment, progress };
}

/** Returns the rollout in the form in which a check of Gantry observes it, from the facts that the board has read. Undefined if nothing is rolled out. */
export function toRolloutObservation(observation: ServiceObservation, now: Date): RolloutObservation | undefined {
  const service = observation.service.value?.service;
  const primary = service && findPrimary(service);
  if (service === undefined || primary === undefined) return undefined;
  // The data of an execution or a deployment that has ended do not describe the present state of the service.
  const data = findRunningExecutionData(observation);
  const serviceDeployment = isNewestDeploymentUnfinished(service) ? observation.deployment?.value : undefined;
  const { id: deploymentId, taskDefinition, createdAt } = primary;
  const verdict = data?.verdict;
  const stableAt = verdict?.stableAt === undefined ? undefined : new Date(verdict.stableAt);
  const bakeMinutes = data?.release?.bakeMinutes ?? 0;
  const deadline = new Date(data?.release?.deadline ?? now.getTime() + 1);
  const seen: RolloutObservation = {
    now,
    deadline: calculateRolloutDeadline(deadline, bakeMinutes, stableAt),
    rollBackOnFailure: data?.release?.rollBackOnFailure ?? false,
    images: [],
    rollout: { deploymentId, taskDefinition, startedAt: createdAt.toISOString() },
    followed: false,
    service,
    serviceDeployment,
    stoppedTasks: [],
    alarms: [],
    fired: [],
    bakeMinutes,
    stableAt,
  };
  const earlier = isNewestDeploymentUnfinished(service)
    ? findEarlierStages(observation, deploymentId, serviceDeployment)
    : verdict?.progress;
  return { ...seen, progress: trackStages(seen, earlier) };
}

/** Describes the progress of a rollout, in the words of the failure message for a release that is not stable in time. */
export function describeRollout(rollout: RolloutObservation): string {
  const verb = isRolloutPaused(rollout) ? ' still waits' : '';
  return `${formatOurDeployment(rollout)}${verb}: ${formatObstacles(rollout)}.`;
}
