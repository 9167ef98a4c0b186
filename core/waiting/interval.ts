/** ECS's buckets are shared with everybody in the target account (DescribeServiceDeployments sustains 20/s), and a rollout takes minutes: no sooner. */
export const minWaitSeconds = 12;

const maxWaitSeconds = 60;

/**
 * After three hours the longest wait grows, to five minutes after 15 hours: with a check a minute the longest execution, with a rollback, would
 * exceed 25,000 history events (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html; test/history-limit.test.ts computes it).
 */
const longestWaitSeconds = (elapsedMs: number): number =>
  Math.min(Math.max(elapsedMs / 1000 / 180, maxWaitSeconds), 300);

/** After four minutes the wait begins to grow: an answer comes late by a twentieth of what it took, at most. */
const elapsedShare = 1 / 20;

/** For how many whole seconds to look away, so long after the start and so long before the deadline (both in ms); never past it by more than one. */
export function calculateWaitSeconds(
  elapsedMs: number,
  remainingMs: number,
  { shortest, longest } = { shortest: minWaitSeconds, longest: longestWaitSeconds(elapsedMs) },
): number {
  const grown = Math.min(Math.max((elapsedMs / 1000) * elapsedShare, shortest), longest);
  return Math.max(1, Math.min(Math.round(grown), Math.floor(remainingMs / 1000) + 1));
}

/** After how many seconds a rollback that failed is tried again: soon at first, later after a tenth of the time that it took so far. */
export const calculateRetrySeconds = (since: Date, now: Date): number =>
  Math.round(Math.min(Math.max((now.getTime() - since.getTime()) / 10_000, 10), 600));
