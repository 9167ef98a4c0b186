/**
 * The shortest wait between two checks, in seconds. All callers in the target account share ECS's token buckets (DescribeServiceDeployments sustains
 * 20 calls a second), and a rollout takes minutes.
 */
export const minWaitSeconds = 12;

const maxWaitSeconds = 60;

/**
 * Returns the longest wait between two checks, in seconds. It grows after three hours and reaches five minutes after 15 hours. With one check a
 * minute, the longest execution with a rollback would exceed 25,000 history events
 * (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html; test/history-limit.test.ts computes it).
 */
const longestWaitSeconds = (elapsedMs: number): number =>
  Math.min(Math.max(elapsedMs / 1000 / 180, maxWaitSeconds), 300);

/**
 * The wait as a share of the elapsed time. So Gantry notices the outcome at most a twentieth of the rollout's duration late. The wait begins to grow after
 * four minutes.
 */
const elapsedShare = 1 / 20;

/**
 * Returns the number of whole seconds until the next check, from the time since the start and the time until the deadline (both in ms). The wait
 * ends at most one second after the deadline.
 */
export function calculateWaitSeconds(
  elapsedMs: number,
  remainingMs: number,
  { shortest, longest } = { shortest: minWaitSeconds, longest: longestWaitSeconds(elapsedMs) },
): number {
  const grown = Math.min(Math.max((elapsedMs / 1000) * elapsedShare, shortest), longest);
  return Math.max(1, Math.min(Math.round(grown), Math.floor(remainingMs / 1000) + 1));
}

/**
 * Returns the number of seconds until the lease is requested again, from the time since the first request and the time until the wait ends (both in ms). The
 * longest wait grows after 40 minutes. A lease lasts only three minutes, so a release that waits for hours has many others before it.
 */
export const calculateLeaseWaitSeconds = (elapsedMs: number, remainingMs: number): number =>
  calculateWaitSeconds(elapsedMs, remainingMs, {
    shortest: minWaitSeconds,
    longest: Math.min(Math.max(elapsedMs / 40_000, maxWaitSeconds), 300),
  });

/** Returns the number of seconds until a failed rollback is tried again: 10 at first, later a tenth of the time since `since`, and at most 600. */
export const calculateRetrySeconds = (since: Date, now: Date): number =>
  Math.round(Math.min(Math.max((now.getTime() - since.getTime()) / 10_000, 10), 600));
