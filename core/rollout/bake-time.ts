import { formatCount } from '../parsing/count.ts';
import { formatTime } from '../parsing/time-text.ts';
import { areReplacementsFailing, calculateReplacementsProvenAt, hasLostTasks } from './bake-crashes.ts';
import { chooseRollbackActor, createFailedFinding, type Finding, formatOurDeployment } from './finding.ts';
import { lacksTasks, type RolloutObservation } from './observation.ts';
import { formatObstacles } from './obstacles.ts';

const minuteMs = 60_000;

/** Returns the end of the bake time of a stable rollout; undefined before the rollout is stable. */
const addBakeTime = (stableAt: Date | undefined, bakeMinutes: number): Date | undefined =>
  stableAt && new Date(stableAt.getTime() + bakeMinutes * minuteMs);

/** Returns the end of the bake time. If this check is the first that finds the rollout stable, the bake time begins now. */
export const calculateBakeTimeEnd = ({ now, stableAt, bakeMinutes }: RolloutObservation): Date =>
  addBakeTime(stableAt ?? now, bakeMinutes) ?? now;

/**
 * Returns the deadline of a rollout. For a rollout that was stable, the deadline is not before the end of the bake time, even if a newer deployment
 * interrupts the bake time.
 */
export function calculateRolloutDeadline(deadline: Date, bakeMinutes: number, stableAt: Date | undefined): Date {
  const end = addBakeTime(stableAt, bakeMinutes);
  return end !== undefined && end > deadline ? end : deadline;
}

/** Checks whether the bake time is over. Before its end, a stable rollout is not successful yet. */
export const checkBakeTime = (observation: RolloutObservation): Finding | undefined =>
  observation.now < calculateBakeTimeEnd(observation) ? { outcome: 'baking' } : undefined;

/**
 * How long after the bake time ECS can take to replace a task that died during it, and the replacement to outlive it, in ms: the new task must pull its
 * image, start and become healthy.
 */
const replacementMs = 10 * minuteMs;

/** Returns when the watch of a stable rollout ends: at the end of the bake time or, after that, when the time to replace lost tasks is over. */
export const calculateBakeWatchEnd = (observation: RolloutObservation): Date => {
  const end = calculateBakeTimeEnd(observation);
  return observation.now < end ? end : new Date(end.getTime() + replacementMs);
};

/** Returns when to check a stable rollout at the latest: at the end of its watch, or as soon as all replacements can have outlived the tasks that died. */
export function calculateLastBakeCheck(observation: RolloutObservation): Date {
  const end = calculateBakeWatchEnd(observation);
  const isWaitingForProof = observation.now >= calculateBakeTimeEnd(observation) && !lacksTasks(observation);
  return isWaitingForProof ? new Date(Math.min(end.getTime(), calculateReplacementsProvenAt(observation))) : end;
}

/**
 * Checks whether every task that died during the bake time is replaced by one that stays, and whether as many tasks run as before. Until then, the
 * rollout is not successful. Tasks that are missing because of a higher desired count do not count.
 */
export function checkLostTasks(observation: RolloutObservation): Finding | undefined {
  const areProven = calculateReplacementsProvenAt(observation) <= observation.now.getTime();
  if (areProven && !lacksTasks(observation)) return undefined;
  if (observation.now < calculateBakeWatchEnd(observation)) return { outcome: 'baking' };
  if (!hasLostTasks(observation) && !areReplacementsFailing(observation)) return undefined;
  return createFailedFinding(
    `${formatOurDeployment(observation)} lost tasks in its bake time that were not replaced by lasting ones within ${replacementMs / minuteMs} minutes: ${formatObstacles(observation)}.`,
    chooseRollbackActor(observation),
  );
}

/** Formats a sentence that says since when a failed rollout was stable, to append to another sentence. Empty if the rollout was never stable. */
export const formatStableSince = ({ stableAt, bakeMinutes }: RolloutObservation): string =>
  stableAt === undefined
    ? ''
    : ` It had been stable since ${formatTime(stableAt)}, in its bake time of ${formatCount(bakeMinutes, 'minute')}.`;
