import { chooseRollbackActor, type Finding, failedFinding, formatOurDeployment } from './finding.ts';
import { lacksTasks, type RolloutObservation } from './observation.ts';
import { formatObstacles } from './obstacles.ts';
import { endOf } from './stop-texts.ts';
import { isTaskFailure } from './stopped-task.ts';

const minuteMs = 60_000;

/** When the bake time of a stable rollout ends; undefined before the rollout is stable. */
const addBakeTime = (stableAt: Date | undefined, bakeMinutes: number): Date | undefined =>
  stableAt && new Date(stableAt.getTime() + bakeMinutes * minuteMs);

/** The end of the bake time as of this check; if the rollout has just become stable, the whole bake time is left. */
export const bakeTimeEnd = ({ now, stableAt, bakeMinutes }: RolloutObservation): Date =>
  addBakeTime(stableAt ?? now, bakeMinutes) ?? now;

/** Until when a rollout can take: its own deadline, and once it was stable also the bake time, which a newer deployment can interrupt. */
export function rolloutDeadline(deadline: Date, bakeMinutes: number, stableAt: Date | undefined): Date {
  const end = addBakeTime(stableAt, bakeMinutes);
  return end !== undefined && end > deadline ? end : deadline;
}

/** A stable rollout is not successful yet while bake time is left. */
export const checkBakeTime = (look: RolloutObservation): Finding | undefined =>
  look.now < bakeTimeEnd(look) ? { outcome: 'baking' } : undefined;

/** How long after the bake time the replacement of a task that died in it can take, in ms: pulled, started and healthy, as at a start. */
const replacementMs = 10 * minuteMs;

/** When the watch ends as of this check: with the bake time, or with the time that a replacement can take. */
export const bakeWatchEnd = (look: RolloutObservation): Date => {
  const end = bakeTimeEnd(look);
  return look.now < end ? end : new Date(end.getTime() + replacementMs);
};

/** Nor is it successful while a task that died in the bake time is not replaced. A higher desired count is not the release's fault. */
export function checkLostTasks(look: RolloutObservation): Finding | undefined {
  const died = look.stoppedTasks.some(
    (task) => isTaskFailure(task) && look.stableAt !== undefined && (endOf(task) ?? look.now) >= look.stableAt,
  );
  if (!died || !lacksTasks(look)) return undefined;
  if (look.now < bakeWatchEnd(look)) return { outcome: 'baking' };
  return failedFinding(
    `${formatOurDeployment(look)} lost tasks in its bake time that were not replaced within ${replacementMs / minuteMs} minutes: ${formatObstacles(look)}.`,
    chooseRollbackActor(look),
  );
}

/** A sentence that says since when a failed rollout was stable, to append to another; empty if it never was. */
export const formatStableSince = ({ stableAt, bakeMinutes }: RolloutObservation): string =>
  stableAt === undefined
    ? ''
    : ` It had been stable since ${stableAt.toISOString()}, in its bake time of ${bakeMinutes} minutes.`;
