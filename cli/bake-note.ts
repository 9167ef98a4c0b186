import type { WatchEvent } from './watch-event.ts';
import type { WatchedData } from './watched-data.ts';

/** A bake time without the time at which it was seen. */
export type BakeNote = Omit<Extract<WatchEvent, { type: 'bake' }>, 'at'>;

const minuteMs = 60_000;

/**
 * Describes the bake time of a stable rollout; empty if there is none. Beyond its end, a rollout is watched only because tasks that died must be replaced
 * (core/rollout/bake-time.ts).
 */
export function listBakeNotes({ release, plan, verdict }: WatchedData): BakeNote[] {
  const { outcome, stableAt, until } = verdict ?? {};
  if (outcome !== 'going on' || stableAt === undefined || until === undefined) return [];
  const bakeEnd = Date.parse(stableAt) + (release?.bakeMinutes ?? 0) * minuteMs;
  const watched = (plan?.alarms?.watched ?? []).length > 0 ? 'alarms' : 'tasks';
  return [{ type: 'bake', stableAt, until, watches: Date.parse(until) > bakeEnd ? 'lost tasks' : watched }];
}
