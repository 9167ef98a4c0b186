import type { ExecutionData } from '../reporting/execution-data.ts';
import { calculateRolloutDeadline } from '../rollout/bake-time.ts';
import { formatOurDeployment } from '../rollout/finding.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import { formatObstacles } from '../rollout/obstacles.ts';
import { isPaused } from '../rollout/pause.ts';
import { findPrimary, isRollingOut } from '../rollout/rolling-out.ts';
import { trackStages } from '../rollout/track-stages.ts';
import type { ServiceObservation } from './observations.ts';

/** Returns the data of the execution that runs; undefined if none does. */
export const readRunningData = ({ execution }: ServiceObservation): ExecutionData | undefined =>
  execution?.value?.ended === false ? execution.value.data : undefined;

/** Returns the rollout as a check of Gantry would observe it, from what the board has read; undefined if nothing is rolled out. */
export function observeForBoard(observation: ServiceObservation, now: Date): RolloutObservation | undefined {
  const service = observation.service.value?.service;
  const primary = service && findPrimary(service);
  if (service === undefined || primary === undefined) return undefined;
  // What was read about an execution or a deployment that is over says nothing about the service now.
  const data = readRunningData(observation);
  const serviceDeployment = isRollingOut(service) ? observation.deployment?.value : undefined;
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
  return { ...seen, progress: trackStages(seen, verdict?.progress) };
}

/** Says how far a rollout is, with the words of the message that a release gets if it is not stable in time. */
export function describeRollout(rollout: RolloutObservation): string {
  const verb = isPaused(rollout) ? ' still waits' : '';
  return `${formatOurDeployment(rollout)}${verb}: ${formatObstacles(rollout)}.`;
}
