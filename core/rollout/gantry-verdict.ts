import { formatCount } from '../parsing/count.ts';
import { shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { formatTime } from '../parsing/time-text.ts';
import { findCrashLoop, findPermanentFailure } from './crash-loop.ts';
import { findTooManyFailedLaunches } from './failed-launches.ts';
import { maxCauseLength } from './failure-reason.ts';
import { chooseRollbackActor, createFailedFinding, type Finding, formatOurDeployment } from './finding.ts';
import type { RolloutObservation } from './observation.ts';
import { formatObstacles } from './obstacles.ts';
import { isRolloutPaused } from './pause.ts';
import type { StoppedTaskGroup } from './stopped-task.ts';

const formatCause = ({ cause }: StoppedTaskGroup): string => shortenMiddle(shortenArns(cause), maxCauseLength);

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
    `ECS cannot launch tasks of ${formatOurDeployment(observation, 'deployment')}: ${formatCount(launches.count, 'launch', 'launches')} failed in a row, the last one with: ${shortenMiddle(launches.error, maxCauseLength)}.`,
    chooseRollbackActor(observation),
  );
}

export function checkCrashLoop(observation: RolloutObservation): Finding | undefined {
  const loop = findCrashLoop(observation);
  if (loop === undefined) return undefined;
  return createFailedFinding(
    `${formatOurDeployment(observation)} does not stay up: ${formatCount(loop.tasks.length, 'task')} stopped for the same cause, ${formatCause(loop)}.`,
    chooseRollbackActor(observation),
  );
}

/** Checks whether a rollout has waited for a person for longer than its job or its execution can wait. Nobody rolls it back, because the person decides. */
function checkPauseLimit(observation: RolloutObservation): Finding {
  const waits = `${formatOurDeployment(observation)} still waits: ${formatObstacles(observation)}.`;
  if (observation.job === 'waits')
    return {
      outcome: 'going on',
      pauseReport: `${waits} The deployment goes on and was not touched. CodePipeline ends an action after 24 hours, so this action ends now. Gantry goes on watching, and the ledger will show the end.`,
    };
  const sentence = `${waits} Gantry ends its watch now. The deployment was not touched.`;
  return { outcome: 'failed', sentence, rollBack: 'none', undecided: true };
}

/** Checks whether a rollout has reached its deadline without being stable. If it waits for a person, nobody rolls it back. */
export function checkDeadline(observation: RolloutObservation): Finding | undefined {
  if (observation.now < observation.deadline) return undefined;
  if (isRolloutPaused(observation)) return checkPauseLimit(observation);
  const sentence = `${formatOurDeployment(observation)} was not stable at its deadline, ${formatTime(observation.deadline)}: ${formatObstacles(observation)}.`;
  return { outcome: 'failed', sentence, rollBack: chooseRollbackActor(observation), late: true };
}
