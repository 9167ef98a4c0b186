import type { WaitPlan } from '../model/wait-plan.ts';
import { calculateWaitSeconds } from './interval.ts';
import type { WakeSubscription } from './subscription.ts';

/** From this time after its start, an execution only waits for a person, and its job has a result. In ms. */
const longPhaseMs = 23 * 3600_000;

/** The wait between two checks in that phase, in seconds. It can be long, because hook events wake the execution, and nobody waits for its result. */
export const longestPauseWaitSeconds = 4 * 3600;

/** How much older ECS's answers can be than its events, in ms. */
const maxStalenessMs = 3000;

/** `started`: when the execution began; `end`: when the watch ends at the latest. */
interface PausedWaitLimits {
  now: Date;
  started: Date;
  end: Date;
}

/**
 * Plans the wait for the next check while a deployment waits for a person, or after a day. An event ends the wait. The next wait has the same length, and no
 * event ends it. So an execution makes at most two checks in the time of one wait, for any number of events (test/history-limit.test.ts).
 */
export function planPausedWait(
  { now, started, end }: PausedWaitLimits,
  subscription: WakeSubscription | undefined,
): WaitPlan {
  const elapsed = now.getTime() - started.getTime();
  const remaining = end.getTime() - now.getTime();
  const usual = Math.max(calculateWaitSeconds(elapsed, Number.MAX_SAFE_INTEGER), 60);
  const longest = Math.max(1, Math.floor(remaining / 1000) + 1);
  const waitSeconds = Math.min(elapsed < longPhaseMs ? 2 * usual : longestPauseWaitSeconds, longest);
  if (subscription === undefined || subscription.woken) return { waitSeconds };
  const checkedAt = new Date(now.getTime() - maxStalenessMs).toISOString();
  return {
    waitSeconds,
    recheckSeconds: Math.ceil(waitSeconds / 2),
    subscription: { ...subscription.key, checkedAt, deployment: subscription.deployment },
  };
}

/** Whether to plan the wait with `planPausedWait`: the execution waits for a person, or it is older than a job can wait. */
export const needsPausedWait = (paused: boolean, { now, started }: { now: Date; started: Date }): boolean =>
  paused || now.getTime() - started.getTime() >= longPhaseMs;
