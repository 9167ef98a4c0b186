import { shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { findCrashLoop, findPermanentFailure } from './crash-loop.ts';
import { findTooManyFailedLaunches } from './failed-launches.ts';
import { maxCauseLength } from './failure-reason.ts';
import { chooseRollbackActor, createFailedFinding, type Finding, formatOurDeployment } from './finding.ts';
import type { RolloutObservation } from './observation.ts';
import { formatObstacles } from './obstacles.ts';
import { isPaused } from './pause.ts';
import type { StopCause } from './stopped-task.ts';

const formatCause = ({ cause }: StopCause): string => shortenMiddle(shortenArns(cause), maxCauseLength);

export function checkPermanentFailure(observation: RolloutObservation): Finding | undefined {
  const failure = findPermanentFailure(observation);
  if (failure === undefined) return undefined;
  return createFailedFinding(
    `${formatOurDeployment(observation)} cannot start, and trying again did not help: ${formatCause(failure)}.`,
    chooseRollbackActor(observation),
  );
}

export function checkFailedLaunches(observation: RolloutObservation): Finding | undefined {
  const launches = findTooManyFailedLaunches(observation);
  if (launches === undefined) return undefined;
  return createFailedFinding(
    `ECS cannot launch tasks of ${formatOurDeployment(observation, 'deployment')}: ${launches.count} launches failed in a row, the last one with: ${shortenMiddle(launches.error, maxCauseLength)}.`,
    chooseRollbackActor(observation),
  );
}

export function checkCrashLoop(observation: RolloutObservation): Finding | undefined {
  const loop = findCrashLoop(observation);
  if (loop === undefined) return undefined;
  return createFailedFinding(
    `${formatOurDeployment(observation)} does not stay up: ${loop.tasks.length} tasks stopped for the same cause, ${formatCause(loop)}.`,
    chooseRollbackActor(observation),
  );
}

/** Reports a rollout that still waits for a person after its suspended deadline. Nobody rolls it back, because the person decides. */
export function checkDeadline(observation: RolloutObservation): Finding | undefined {
  if (observation.now < observation.deadline) return undefined;
  const deployment = formatOurDeployment(observation);
  if (isPaused(observation))
    return createFailedFinding(
      `${deployment} still waits, and the action ends before CodePipeline's limit of 24 hours: ${formatObstacles(observation)}. The deployment was not touched.`,
      'none',
    );
  const sentence = `${deployment} was not stable at its deadline, ${observation.deadline.toISOString()}: ${formatObstacles(observation)}.`;
  return { outcome: 'failed', sentence, rollBack: chooseRollbackActor(observation), late: true };
}
