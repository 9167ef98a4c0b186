import { byUs, type Finding, failed, subject } from './finding.ts';
import { isShort, type Look, oursIn } from './observation.ts';
import { holdUps } from './obstacles.ts';
import { isFailure } from './stopped-task.ts';

const minute = 60_000;

/** When the watch over a stable rollout ends; undefined before it is seen stable. */
const endOf = (stableAt: Date | undefined, bakeMinutes: number): Date | undefined =>
  stableAt && new Date(stableAt.getTime() + bakeMinutes * minute);

/** The end of the bake time as of this look; for one that is stable for the first time the whole of it is left. */
export const bakeEnd = ({ now, stableAt, bakeMinutes }: Look): Date => endOf(stableAt ?? now, bakeMinutes) ?? now;

/** Until when a rollout may take: its own deadline, and once it was stable also the bake time, which a newer deployment may interrupt. */
export function deadlineOf(deadline: Date, bakeMinutes: number, stableAt: Date | undefined): Date {
  const end = endOf(stableAt, bakeMinutes);
  return end !== undefined && end > deadline ? end : deadline;
}

/** Stable is not good enough yet while there is bake time left. */
export const baking = (look: Look): Finding | undefined =>
  look.now < bakeEnd(look) ? { outcome: 'baking' } : undefined;

/** For so long after the bake time a task that died in it may take to be replaced, in ms: pulled, started and healthy, as at a start. */
const replacementMs = 10 * minute;

/** When the watch ends as of this look: with the bake time, or with the time that a replacement may take. */
export const watchEnd = (look: Look): Date => {
  const end = bakeEnd(look);
  return look.now < end ? end : new Date(end.getTime() + replacementMs);
};

/** Nor is it while a task that died in the bake time is not replaced; that somebody asks for more tasks is no fault of the release. */
export function unreplaced(look: Look): Finding | undefined {
  const died = look.stoppedTasks.some(
    (task) => isFailure(task) && look.stableAt !== undefined && (task.stoppedAt ?? look.now) >= look.stableAt,
  );
  if (!died || !isShort(oursIn(look))) return undefined;
  if (look.now < watchEnd(look)) return { outcome: 'baking' };
  return failed(
    `${subject(look)} lost tasks in its bake time that were not replaced within ${replacementMs / minute} minutes: ${holdUps(look)}.`,
    byUs(look),
  );
}

/** Since when a rollout was stable that then went wrong, as a sentence to put behind another; empty for one that never was. */
export const afterBake = ({ stableAt, bakeMinutes }: Look): string =>
  stableAt === undefined
    ? ''
    : ` It had been stable since ${stableAt.toISOString()}, in its bake time of ${bakeMinutes} minutes.`;
