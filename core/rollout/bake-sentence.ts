import type { ReleasePlan, Verdict } from '../model/state-data.ts';

/** The action during the bake time of a stable rollout, and the end of the bake time (ISO 8601, UTC). */
export interface BakeProgress {
  stableAt: string;
  until: string;
  watches: 'alarms' | 'tasks' | 'lost tasks';
}

/** The parts of an execution's data that say whether a rollout is in its bake time. */
interface BakeData {
  release?: { bakeMinutes?: number | undefined } | undefined;
  plan?: { alarms?: Partial<ReleasePlan['alarms']> | undefined } | undefined;
  verdict?: { outcome: string; stableAt?: string | undefined; until?: string | undefined } | Verdict | undefined;
}

const minuteMs = 60_000;

/**
 * Describes the bake time of a stable rollout; undefined if there is none. After the end of the bake time, Gantry watches a rollout only because lost tasks
 * must be replaced (core/rollout/bake-time.ts).
 */
export function createBakeProgress({ release, plan, verdict }: BakeData): BakeProgress | undefined {
  if (verdict?.outcome !== 'going on' || !('until' in verdict)) return undefined;
  const { stableAt, until } = verdict;
  if (stableAt === undefined || until === undefined) return undefined;
  const bakeEnd = Date.parse(stableAt) + (release?.bakeMinutes ?? 0) * minuteMs;
  const watched = (plan?.alarms?.watched ?? []).length > 0 ? 'alarms' : 'tasks';
  return { stableAt, until, watches: Date.parse(until) > bakeEnd ? 'lost tasks' : watched };
}

/** `12:41 UTC`, and with the date if the time is more than half a day away. */
export const formatClockTime = (iso: string, now: number): string =>
  `${Math.abs(Date.parse(iso) - now) < 12 * 3_600_000 ? iso.slice(11, 16) : iso.slice(0, 16).replace('T', ' ')} UTC`;

/** Describes the bake time and its end. `at`: when this state was observed (ISO 8601). */
export function formatBakeProgress({ at, watches, until }: Omit<BakeProgress, 'stableAt'> & { at: string }): string {
  const what = { alarms: 'watching alarms', tasks: 'watching its tasks', 'lost tasks': 'waiting for lost tasks' };
  return `Stable, ${what[watches]} until ${formatClockTime(until, Date.parse(at))}`;
}
