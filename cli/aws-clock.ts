/** How far AWS's clock can be ahead of the local one, in ms. Both ends are negative if the local clock is ahead. */
export interface ClockDifference {
  least: number;
  most: number;
}

/** Before AWS reported a time, nothing is known. */
export const unknownDifference: ClockDifference = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/** A time that AWS reported, and when the caller asked and got the answer, by the local clock; ms since 1970. */
interface ReportedTime {
  at: number;
  /** The last time at which AWS cannot have reported it yet; undefined if it can be of any age. */
  notBefore?: number | undefined;
  answered: number;
}

/** Narrows the difference by a time that AWS reported: it is not after the answer, and not before `notBefore`. */
export const narrowDifference = (
  { least, most }: ClockDifference,
  { at, notBefore, answered }: ReportedTime,
): ClockDifference => ({
  least: Math.max(least, at - answered),
  most: notBefore === undefined ? most : Math.min(most, at - notBefore),
});

/** Returns AWS's time at a local time, in ms since 1970. The clocks count as equal as long as AWS's times allow it. */
export const toAwsTime = (local: number, { least, most }: ClockDifference): number =>
  local + Math.max(least, Math.min(0, most));

/** The duration of a session without `DurationSeconds` (STS API reference, AssumeRole), in ms. */
const sessionMs = 3600_000;

/**
 * Returns AWS's time at a local time, from a session whose role was assumed on this computer: AWS ends it an hour after its own time. `latest` is a time that AWS
 * has recorded, so AWS's time is not before it. Simulated time (`npm run local`) can pass faster than the local clock.
 */
export function findAwsTime(local: Date, session: { expiration: Date; assumedAt: Date }, latest: Date): Date {
  const ahead = session.expiration.getTime() - sessionMs - session.assumedAt.getTime();
  return new Date(Math.max(local.getTime() + ahead, latest.getTime()));
}
