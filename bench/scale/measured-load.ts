import type { LoadResult } from './load.ts';

/** A load that was measured in its own process. */
export interface MeasuredLoad extends LoadResult {
  /** The peak memory of the process, which contains Gantry's functions and the embedded AWS. */
  megabytes: number;
  wallSeconds: number;
}

/** How Gantry watches rollouts in this load. */
export const watchMode = ({ events }: Pick<LoadResult, 'events'>): string =>
  events === 'forwarded' ? 'woken' : 'polling';

/** The mean number of AWS calls of one deployment. */
export const totalCalls = ({ calls }: Pick<LoadResult, 'calls'>): number =>
  Object.values(calls).reduce((sum, count) => sum + count, 0);
