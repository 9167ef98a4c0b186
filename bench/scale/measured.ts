import type { Loaded } from './load.ts';

/** A load that was measured in a process of its own. */
export interface Measured extends Loaded {
  /** The most memory that the process had: Gantry's functions and the AWS that it deploys to. */
  megabytes: number;
  wallSeconds: number;
}

/** How Gantry finds out in this load. */
export const wayOf = ({ events }: Pick<Loaded, 'events'>): string => (events === 'forwarded' ? 'woken' : 'polling');

/** AWS calls of one deployment in the mean. */
export const callsOf = ({ calls }: Pick<Loaded, 'calls'>): number =>
  Object.values(calls).reduce((sum, count) => sum + count, 0);
