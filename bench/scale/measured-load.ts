import type { LoadResult } from './load.ts';

/** A load that was measured in a process of its own. */
export interface MeasuredLoad extends LoadResult {
  /** The most memory that the process had: Gantry's functions and the AWS that it deploys to. */
  megabytes: number;
  wallSeconds: number;
}

/** How Gantry finds out in this load. */
export const watchMode = ({ events }: Pick<LoadResult, 'events'>): string =>
  events === 'forwarded' ? 'woken' : 'polling';

/** AWS calls of one deployment in the mean. */
export const totalCalls = ({ calls }: Pick<LoadResult, 'calls'>): number =>
  Object.values(calls).reduce((sum, count) => sum + count, 0);
