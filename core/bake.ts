import type { Finding } from './finding.ts';
import type { Look } from './look.ts';

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

/** Since when a rollout was stable that then went wrong, as a sentence to put behind another; empty for one that never was. */
export const afterBake = ({ stableAt, bakeMinutes }: Look): string =>
  stableAt === undefined
    ? ''
    : ` It had been stable since ${stableAt.toISOString()}, in its bake time of ${bakeMinutes} minutes.`;
