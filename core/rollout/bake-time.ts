import { chooseRollbackActor, type Finding, failedFinding, formatOurDeployment } from './finding.ts';
import { lacksTasks, type RolloutObservation } from './observation.ts';
import { formatObstacles } from './obstacles.ts';
import { endOf } from './stop-texts.ts';
import { isTaskFailure } from './stopped-task.ts';

const minuteMs = 60_000;

/** When the watch over a stable rollout ends; undefined before it is seen stable. */
const addBakeTime = (stableAt: Date | undefined, bakeMinutes: number): Date | undefined =>
  stableAt && new Date(stableAt.getTime() + bakeMinutes * minuteMs);

/** The end of the bake time as of this look; for one that is stable for the first time the whole of it is left. */
export const bakeTimeEnd = ({ now, stableAt, bakeMinutes }: RolloutObservation): Date =>
  addBakeTime(stableAt ?? now, bakeMinutes) ?? now;

/** Until when a rollout may take: its own deadline, and once it was stable also the bake time, which a newer deployment may interrupt. */
export function rolloutDeadline(deadline: Date, bakeMinutes: number, stableAt: Date | undefined): Date {
  const end = addBakeTime(stableAt, bakeMinutes);
  return end !== undefined && end > deadline ? end : deadline;
}

/** Stable is not good enough yet while there is bake time left. */
export const checkBakeTime = (look: RolloutObservation): Finding | undefined =>
  look.now < bakeTimeEnd(look) ? { outcome: 'baking' } : undefined;

/** For so long after the bake time a task that died in it may take to be replaced, in ms: pulled, started and healthy, as at a start. */
const replacementMs = 10 * minuteMs;

/** When the watch ends as of this look: with the bake time, or with the time that a replacement may take. */
export const bakeWatchEnd = (look: RolloutObservation): Date => {
  const end = bakeTimeEnd(look);
  return look.now < end ? end : new Date(end.getTime() + replacementMs);
};

/** Nor is it while a task that died in the bake time is not replaced; that somebody asks for more tasks is no fault of the release. */
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

/** Since when a rollout was stable that then went wrong, as a sentence to put behind another; empty for one that never was. */
export const formatStableSince = ({ stableAt, bakeMinutes }: RolloutObservation): string =>
  stableAt === undefined
    ? ''
    : ` It had been stable since ${stableAt.toISOString()}, in its bake time of ${bakeMinutes} minutes.`;
