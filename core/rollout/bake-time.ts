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

/** Checks whether the bake time has ended. Before that, a stable rollout is not successful. */
export const checkBakeTime = (observation: RolloutObservation): Finding | undefined =>
  observation.now < calculateBakeTimeEnd(observation) ? { outcome: 'baking' } : undefined;

/**
 * The time after the bake time for replacing a task that failed during the bake time, in ms. In this time, the replacement must pull its image, start,
 * become healthy and outlive the failed task.
 */
const replacementMs = 10 * minuteMs;

/** Returns when the watch of a stable rollout ends: at the end of the bake time or, if tasks were lost, at the end of the time to replace them. */
export const calculateBakeWatchEnd = (observation: RolloutObservation): Date => {
  const end = calculateBakeTimeEnd(observation);
  return observation.now < end ? end : new Date(end.getTime() + replacementMs);
};

/** Returns when to check a stable rollout at the latest: at the end of its watch, or as soon as all replacements can have outlived the failed tasks. */
export function calculateLatestNextCheck(observation: RolloutObservation): Date {
  const end = calculateBakeWatchEnd(observation);
  const isWaitingForProof = observation.now >= calculateBakeTimeEnd(observation) && !lacksTasks(observation);
  return isWaitingForProof ? new Date(Math.min(end.getTime(), calculateReplacementsProvenAt(observation))) : end;
}

/**
 * Checks whether every task that failed during the bake time has a lasting replacement, and whether as many tasks run as before. Before that, the rollout is
 * not successful. Ignores tasks that are missing because of a higher desired count.
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

/** Returns a sentence to append to another one: since when a failed rollout had been stable. Empty if the rollout was never stable. */
export const formatStableSince = ({ stableAt, bakeMinutes }: RolloutObservation): string =>
  stableAt === undefined
    ? ''
    : ` It had been stable since ${formatTime(stableAt)}, in its bake time of ${formatCount(bakeMinutes, 'minute')}.`;
