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
 * After news the ear stays shut for so many seconds: tasks stop in bursts, and ECS's answers may be older than its events.
 * A burst costs a look at its begin and one behind it.
 */
const burstWaitSeconds = 5;

/** ECS's answers may be so much older than its events, in ms: what was heard of so shortly before a look, the look may not have seen. */
const maxStalenessMs = 3000;

/**
 * For so long after the start news are listened to, in ms; from then on every look is on time. With a look for each of the news, one in
 * twelve seconds and two for each, that is 7,000 of an execution's 25,000 history events, and a day of looks once a minute is 13,000.
 */
const maxSubscriptionMs = 3600_000;

/** How to look away from what began, and will end at the latest, so long from now (both in ms). No ear: polls. */
export function planWait(
  now: Date,
  { since, end }: { since: Date; end: Date },
  ear: WakeSubscription | undefined,
): WaitPlan {
  const elapsed = now.getTime() - since.getTime();
  const remaining = end.getTime() - now.getTime();
  if (ear?.woken)
    return {
      waitSeconds: calculateWaitSeconds(elapsed, remaining, { shortest: burstWaitSeconds, longest: minWaitSeconds }),
    };
  const listens = elapsed < maxSubscriptionMs && remaining >= maxSleepSeconds * 1000;
  if (ear === undefined || !listens) return { waitSeconds: calculateWaitSeconds(elapsed, remaining) };
  const looked = new Date(now.getTime() - maxStalenessMs).toISOString();
  return { waitSeconds: maxSleepSeconds, news: { ...ear.key, looked } };
}
