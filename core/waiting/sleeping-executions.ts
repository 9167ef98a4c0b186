import * as z from 'zod';
import { maxSleepSeconds } from './subscription.ts';

/** An execution that sleeps until there is news of a service, as its state Wait For Event lays it into the service's item of the table. */
export interface SleepingExecution {
  /** The execution's ARN, the attribute's name. */
  arn: string;
  token: string;
  /** When the look began after which it fell asleep. */
  looked: string;
  /** The deployment that it watches, by its id. */
  deployment: string;
}

const sleepingExecutionSchema = z.object({ token: z.string(), looked: z.string(), deployment: z.string() });
const recordedEventsSchema = z.object({ noticed: z.string(), began: z.string(), begun: z.string() }).partial();

/** The executions that lie in a service's item, asleep or long awake. */
export const parseSleepingExecutions = (item: Record<string, unknown>): SleepingExecution[] =>
  Object.entries(item).flatMap(([arn, value]) => {
    const found = arn.startsWith('arn:') ? sleepingExecutionSchema.safeParse(value).data : undefined;
    return found === undefined ? [] : [{ arn, ...found }];
  });

/** A look that takes its whole minute, the sleep, and what two clocks may differ by, in ms: whoever looked before is awake again. */
const sleepExpiryMs = (60 + maxSleepSeconds + 30) * 1000;

const isExpired = ({ looked }: SleepingExecution, now: Date): boolean =>
  now.getTime() - Date.parse(looked) > sleepExpiryMs;

/**
 * Who is to be woken by news, by what lay in the item before they were noted. Not who was woken by earlier news (nobody falls asleep over any, so
 * what was noted since its look has ended its sleep), nor who watches the very deployment that has `begun`.
 */
export function findExecutionsToWake(
  item: Record<string, unknown>,
  begun: string | undefined,
  now: Date,
): SleepingExecution[] {
  const { noticed = '', began = '', begun: last } = recordedEventsSchema.safeParse(item).data ?? {};
  const wasWoken = ({ looked, deployment }: SleepingExecution) =>
    noticed >= looked || (began >= looked && last !== deployment);
  return parseSleepingExecutions(item).filter(
    (one) => !isExpired(one, now) && !wasWoken(one) && one.deployment !== begun,
  );
}

/** So many that are awake again may lie in an item: each is about a KB, which every write of it is paid for. */
const maxExpiredAttributes = 8;

/** Attributes that nobody needs any more, once they are many. */
export function findExpiredAttributes(item: Record<string, unknown>, now: Date): string[] {
  const over = parseSleepingExecutions(item).filter((one) => isExpired(one, now));
  return over.length > maxExpiredAttributes ? over.map(({ arn }) => arn) : [];
}
