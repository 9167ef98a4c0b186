/** Something that the board reads again and again. Times are in ms since 1970. */
export interface RepeatedRead {
  key: string;
  /** The time from the last read to the next one. */
  intervalMs: number;
  lastAt?: number | undefined;
  /** How many calls it makes. */
  calls: number;
}

/** The maximum number of AWS calls in a minute, for a service that nobody changes and for a service that somebody changes. */
export const callsPerMinute = { atRest: 1, inMotion: 6 } as const;

const minuteMs = 60_000;

/** Returns how many calls the board can make in any minute. The first read of everything does not count. */
export const calculateCallBudget = (services: { inMotion: boolean }[]): number =>
  services.reduce((sum, { inMotion }) => sum + (inMotion ? callsPerMinute.inMotion : callsPerMinute.atRest), 0);

const overdue = ({ intervalMs, lastAt = 0 }: RepeatedRead, now: number): number => (now - lastAt) / intervalMs;

/** Selects reads until the budget is used. A read that needs more calls than a minute allows runs alone in its minute. */
function takeWithin<Read extends RepeatedRead>(reads: Read[], left: number, budget: number): Read[] {
  const [first, ...others] = reads;
  const fits = first !== undefined && (first.calls <= left || (left === budget && budget > 0));
  return fits ? [first, ...takeWithin(others, left - first.calls, budget)] : [];
}

/**
 * Returns the reads to do now. Everything that has never been read comes first. The remaining budget goes to reads that are due, longest overdue first.
 * `calls`: the times of earlier calls.
 */
export function chooseReads<Read extends RepeatedRead>(
  reads: Read[],
  { now, calls, budget }: { now: number; calls: number[]; budget: number },
): Read[] {
  const left = budget - calls.filter((at) => at > now - minuteMs).length;
  const due = reads.filter((read) => read.lastAt !== undefined && overdue(read, now) >= 1);
  const sorted = due.toSorted((a, b) => overdue(b, now) - overdue(a, now));
  return [...reads.filter(({ lastAt }) => lastAt === undefined), ...takeWithin(sorted, left, budget)];
}
