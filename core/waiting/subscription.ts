import type * as z from 'zod';
import type { TableKey } from '../model/table-keys.ts';
import type { WaitPlan, waitResultSchema } from '../model/wait-plan.ts';
import { calculateWaitSeconds, minWaitSeconds } from './interval.ts';
/** Whether news ended the wait; `sleep` may also be left over from an earlier one, after which nobody listened. */
export const wasWokenByEvent = ({ news }: WaitPlan, sleep: z.infer<typeof waitResultSchema>): boolean =>
  news !== undefined && sleep !== undefined;

/** For who listens. `woken`: news ended the wait before this look. */
export interface WakeSubscription {
  key: TableKey;
  woken: boolean;
}

/** An event may be late or lost: nobody waits for longer than this without a look of its own, in seconds (`TimeoutSeconds` of the machines' Wait For Event). */
export const maxSleepSeconds = 60;

/**
 * After an event, further events wake nobody for so many seconds, because tasks stop in bursts, and because ECS's answers may be older than its events:
 * a burst costs one check at its start and one after it. Later in a rollout the pause is longer, so that a service that is never quiet does not fill
 * the execution's history (test/history-limit.test.ts).
 */
const burstWaitSeconds = (elapsedMs: number): number => Math.round(Math.min(Math.max(elapsedMs / 25_000, 5), 60));

/** ECS's answers may be so much older than its events, in ms: what was heard of so shortly before a look, the look may not have seen. */
const maxStalenessMs = 3000;

/** For so long after the start events wake an execution, in ms; from then on it only polls. */
const maxSubscriptionMs = 3600_000;

/** How to look away from what began, and will end at the latest, so long from now (both in ms). No ear: polls. */
export function planWait(
  now: Date,
  { since, end }: { since: Date; end: Date },
  ear: WakeSubscription | undefined,
): WaitPlan {
  const elapsed = now.getTime() - since.getTime();
  const remaining = end.getTime() - now.getTime();
  const pause = burstWaitSeconds(elapsed);
  if (ear?.woken)
    return {
      waitSeconds: calculateWaitSeconds(elapsed, remaining, {
        shortest: pause,
        longest: Math.max(pause, minWaitSeconds),
      }),
    };
  const listens = elapsed < maxSubscriptionMs && remaining >= maxSleepSeconds * 1000;
  if (ear === undefined || !listens) return { waitSeconds: calculateWaitSeconds(elapsed, remaining) };
  const looked = new Date(now.getTime() - maxStalenessMs).toISOString();
  return { waitSeconds: maxSleepSeconds, recheckSeconds: pause, news: { ...ear.key, looked } };
}
