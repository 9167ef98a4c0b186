import type * as z from 'zod';
import type { TableKey } from '../model/table-keys.ts';
import type { WaitPlan, wokenSchema } from '../model/wait-plan.ts';
import { calculateWaitSeconds, minWaitSeconds } from './interval.ts';

/** Whether an event ended the wait. `sleep` can also come from an earlier wait, if the execution polled after that wait. */
export const wasWokenByEvent = ({ subscription }: WaitPlan, sleep: z.infer<typeof wokenSchema>): boolean =>
  subscription !== undefined && sleep !== undefined;

/**
 * The table item in which a sleeping execution is registered, and the deployment that it watches. `woken`: an event ended the wait before this check.
 */
export interface WakeSubscription {
  key: TableKey;
  deployment: string;
  woken: boolean;
}

/** The longest sleep, in seconds. An event can be late or lost, so an execution checks after this time without an event. */
export const maxSleepSeconds = 60;

/**
 * Returns the number of seconds after an event during which further events wake no execution. Tasks stop in bursts, and ECS's answers can be older
 * than its events, so a burst causes one check at its start and one check after it. Later in a rollout the pause is longer, so that a service with
 * frequent events does not fill the execution's history (test/history-limit.test.ts).
 */
const burstWaitSeconds = (elapsedMs: number): number => Math.round(Math.min(Math.max(elapsedMs / 25_000, 5), 60));

/** How much older ECS's answers can be than its events, in ms. A check may miss a change whose event came this shortly before the check. */
const maxStalenessMs = 3000;

/** How long after the start events wake an execution, in ms. After that time, the execution only polls. */
const maxSubscriptionMs = 3600_000;

/**
 * The times that limit a wait: when the watched deployment began, and when the watch ends at the latest. `sleepSeconds`: how long to sleep without
 * an event; 0 if no event requires a check, so that the execution polls.
 */
export interface WaitLimits {
  since: Date;
  end: Date;
  sleepSeconds?: number;
  /**
   * Whether the wait follows a change of the service and not a check. If it does, only events after the change matter, and no old answer of ECS can hide
   * such an event.
   */
  afterChange?: boolean;
}

/**
 * Plans the wait until the next check, and the registration with which an event can end the wait early. Without a subscription, no event ends the wait
 * early.
 */
export function planWait(
  now: Date,
  { since, end, sleepSeconds = maxSleepSeconds, afterChange = false }: WaitLimits,
  subscription: WakeSubscription | undefined,
): WaitPlan {
  const elapsed = now.getTime() - since.getTime();
  const remaining = end.getTime() - now.getTime();
  const pause = burstWaitSeconds(elapsed);
  if (subscription?.woken && sleepSeconds > 0)
    return {
      waitSeconds: calculateWaitSeconds(elapsed, remaining, {
        shortest: pause,
        longest: Math.max(pause, minWaitSeconds),
      }),
    };
  const sleeps = sleepSeconds > 0 && elapsed < maxSubscriptionMs && remaining >= sleepSeconds * 1000;
  if (subscription === undefined || !sleeps) return { waitSeconds: calculateWaitSeconds(elapsed, remaining) };
  const checkedAt = new Date(now.getTime() - (afterChange ? 0 : maxStalenessMs)).toISOString();
  return {
    waitSeconds: sleepSeconds,
    recheckSeconds: pause,
    subscription: { ...subscription.key, checkedAt, deployment: subscription.deployment },
  };
}
