/** Schedules that are played one after the other in one process, all from one seed. */
export interface RunShare {
  seed: number;
  runs: number;
}

/** A process keeps about a megabyte of each world that it played. */
const longest = 250;

/**
 * The runs, divided: a process has one clock and one set of functions, so several share them, each with a seed of its own. How many shares there
 * are has nothing to do with the machine, so that a seed means the same schedules everywhere.
 */
export function divideRuns({ seed, runs }: RunShare): RunShare[] {
  const count = Math.min(runs, Math.max(2, Math.ceil(runs / longest)));
  const before = (index: number): number => Math.floor((index * runs) / count);
  return Array.from({ length: count }, (_, index) => ({ seed: seed + index, runs: before(index + 1) - before(index) }));
}
