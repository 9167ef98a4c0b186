import { createBakeProgress } from '../core/rollout/bake-sentence.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchedData } from './watched-data.ts';

/** The event of a bake time without `at`. */
export type BakeNote = Omit<Extract<WatchEvent, { type: 'bake' }>, 'at'>;

/** Describes the bake time of a stable rollout; empty if there is none. */
export const listBakeNotes = (data: WatchedData): BakeNote[] => {
  const bake = createBakeProgress(data);
  return bake === undefined ? [] : [{ type: 'bake', ...bake }];
};
