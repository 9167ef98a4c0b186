/** How far AWS's clock can be ahead of the local one, in ms. `least` and `most` are both negative if the local clock is ahead. */
export interface ClockDifference {
  least: number;
  most: number;
}

/** The difference before AWS has reported a time: it can have any value. */
export const unknownDifference: ClockDifference = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/** A time that AWS reported, and when the caller asked and got the answer. The caller's times are by the local clock. All are ms since 1970. */
interface ReportedTime {
  at: number;
  /** A local time before which AWS cannot have reported `at`. Undefined if the report can be of any age. */
  notBefore?: number | undefined;
  answered: number;
}

/** Narrows the difference by a time that AWS reported. By AWS's clock, that time is not after the answer and not before `notBefore`. */
export const narrowDifference = (
  { least, most }: ClockDifference,
  { at, notBefore, answered }: ReportedTime,
): ClockDifference => ({
  least: Math.max(least, at - answered),
  most: notBefore === undefined ? most : Math.min(most, at - notBefore),
});

/** Returns AWS's time at a local time, in ms since 1970. Treats the clocks as equal as long as the times that AWS reported allow it. */
export const toAwsTime = (local: number, { least, most }: ClockDifference): number =>
  local + Math.max(least, Math.min(0, most));

/** The duration of a session without `DurationSeconds` (STS API reference, AssumeRole), in ms. */
const sessionMs = 3600_000;

/**
 * Returns AWS's time at a local time, from a session whose role was assumed on this computer: the session expires one hour after AWS's time of the call.
 * `latest` is a time that AWS has recorded, so AWS's time is not before it. Simulated time (`npm run local`) can pass faster than the local clock.
 */
export function findAwsTime(local: Date, session: { expiration: Date; assumedAt: Date }, latest: Date): Date {
  const ahead = session.expiration.getTime() - sessionMs - session.assumedAt.getTime();
  return new Date(Math.max(local.getTime() + ahead, latest.getTime()));
}
