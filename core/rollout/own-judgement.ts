import { shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { findCrashLoop, findPermanentFailure } from './crash-loop.ts';
import { findTooManyFailedLaunches } from './failed-launches.ts';
import { maxCauseLength } from './failure-reason.ts';
import { chooseRollbackActor, type Finding, failedFinding, formatOurDeployment } from './finding.ts';
import type { RolloutObservation } from './observation.ts';
import { formatObstacles } from './obstacles.ts';
import { isPaused } from './pause.ts';
import type { StopCause } from './stopped-task.ts';

const formatCause = ({ cause }: StopCause): string => shortenMiddle(shortenArns(cause), maxCauseLength);

export function checkPermanentFailure(look: RolloutObservation): Finding | undefined {
  const failure = findPermanentFailure(look);
  if (failure === undefined) return undefined;
  return failedFinding(
    `${formatOurDeployment(look)} cannot start, and trying again did not help: ${formatCause(failure)}.`,
    chooseRollbackActor(look),
  );
}

export function checkFailedLaunches(look: RolloutObservation): Finding | undefined {
  const launches = findTooManyFailedLaunches(look);
  if (launches === undefined) return undefined;
  return failedFinding(
    `ECS cannot launch tasks of ${formatOurDeployment(look, 'deployment')}: ${launches.count} launches failed in a row, the last one with: ${shortenMiddle(launches.error, maxCauseLength)}.`,
    chooseRollbackActor(look),
  );
}

export function checkCrashLoop(look: RolloutObservation): Finding | undefined {
  const loop = findCrashLoop(look);
  if (loop === undefined) return undefined;
  return failedFinding(
    `${formatOurDeployment(look)} does not stay up: ${loop.tasks.length} tasks stopped for the same cause, ${formatCause(loop)}.`,
    chooseRollbackActor(look),
  );
}

/** A rollout that waits for a person past its suspended deadline is reported, but nobody rolls it back: the person decides. */
export function checkDeadline(look: RolloutObservation): Finding | undefined {
  if (look.now < look.deadline) return undefined;
  const deployment = formatOurDeployment(look);
  if (isPaused(look))
    return failedFinding(
      `${deployment} still waits, and the action ends before CodePipeline's limit of 24 hours: ${formatObstacles(look)}. The deployment was not touched.`,
      'none',
    );
  return failedFinding(
    `${deployment} was not stable at its deadline, ${look.deadline.toISOString()}: ${formatObstacles(look)}.`,
    chooseRollbackActor(look),
  );
}
