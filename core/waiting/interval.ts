/** ECS's buckets are shared with everybody in the target account (DescribeServiceDeployments sustains 20/s), and a rollout takes minutes: no sooner. */
export const minWaitSeconds = 12;

/** A day of looks at this distance is some 13,000 of an execution's 25,000 history events (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
const maxWaitSeconds = 60;

/** After four minutes the wait begins to grow: an answer comes late by a twentieth of what it took, at most. */
const elapsedShare = 1 / 20;

/** For how many whole seconds to look away, so long after the start and so long before the deadline (both in ms); never past it by more than one. */
export function calculateWaitSeconds(
  elapsedMs: number,
  remainingMs: number,
  { shortest, longest } = { shortest: minWaitSeconds, longest: maxWaitSeconds },
): number {
  const grown = Math.min(Math.max((elapsedMs / 1000) * elapsedShare, shortest), longest);
  return Math.max(1, Math.min(Math.round(grown), Math.floor(remainingMs / 1000) + 1));
}
