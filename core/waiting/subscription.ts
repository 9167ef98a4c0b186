import type * as z from 'zod';
import type { TableKey } from '../model/table-keys.ts';
import type { WaitPlan, waitResultSchema } from '../model/wait-plan.ts';
import { calculateWaitSeconds, minWaitSeconds } from './interval.ts';

/** Whether an event ended the wait. `sleep` may also be left over from an earlier wait, after which the execution polled. */
export const wasWokenByEvent = ({ news }: WaitPlan, sleep: z.infer<typeof waitResultSchema>): boolean =>
  news !== undefined && sleep !== undefined;

/** Where an execution that sleeps is woken. `woken`: an event ended the wait before this check. */
export interface WakeSubscription {
  key: TableKey;
  woken: boolean;
}

/** An event may be late or lost: an execution checks by itself after this time at the latest, in seconds. */
export const maxSleepSeconds = 60;

/**
 * After an event, further events wake nobody for so many seconds, because tasks stop in bursts, and because ECS's answers may be older than its events:
 * a burst costs one check at its start and one after it. Later in a rollout the pause is longer, so that a service that is never quiet does not fill
 * the execution's history (test/history-limit.test.ts).
 */
const burstWaitSeconds = (elapsedMs: number): number => Math.round(Math.min(Math.max(elapsedMs / 25_000, 5), 60));

/** ECS's answers may be so much older than its events, in ms: a check may not have seen what an event told so shortly before it. */
const maxStalenessMs = 3000;

/** For so long after the start events wake an execution, in ms; from then on it only polls. */
const maxSubscriptionMs = 3600_000;

/** What is waited for: what began, and will end at the latest. `sleepSeconds`: how long to sleep without an event; 0 if no event is worth a check, so that the execution polls. */
export interface WaitScope {
  since: Date;
  end: Date;
  sleepSeconds?: number;
}

/** How long to wait for the next check, and which events end the wait early; without a subscription none does. */
export function planWait(
  now: Date,
  { since, end, sleepSeconds = maxSleepSeconds }: WaitScope,
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
  const looked = new Date(now.getTime() - maxStalenessMs).toISOString();
  return { waitSeconds: sleepSeconds, recheckSeconds: pause, news: { ...subscription.key, looked } };
}
