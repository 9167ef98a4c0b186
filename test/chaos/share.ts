/** Schedules that one process runs one after the other, all from one seed. */
export interface RunShare {
  seed: number;
  runs: number;
}

/** Limits the memory of a process, because a process keeps about 1 MB of each run. */
const maxRunsPerShare = 250;

/**
 * Divides runs into shares for several processes, because a process has only one clock and one set of functions. Each share has its own seed. The number of
 * shares does not depend on the machine, so that a seed means the same schedules on every machine.
 */
export function divideRuns({ seed, runs }: RunShare): RunShare[] {
  const count = Math.min(runs, Math.max(2, Math.ceil(runs / maxRunsPerShare)));
  const before = (index: number): number => Math.floor((index * runs) / count);
  return Array.from({ length: count }, (_, index) => ({ seed: seed + index, runs: before(index + 1) - before(index) }));
}
