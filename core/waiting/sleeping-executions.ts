import * as z from 'zod';
import { safetyNet } from './subscription.ts';

/** An execution that sleeps until there is news of a service, as its state Await News lays it into the service's item of the table. */
export interface Sleeper {
  /** The execution's ARN, the attribute's name. */
  arn: string;
  token: string;
  /** When the look began after which it fell asleep. */
  looked: string;
  /** The deployment that it watches, by its id. */
  deployment: string;
}

const asleep = z.object({ token: z.string(), looked: z.string(), deployment: z.string() });
const noted = z.object({ noticed: z.string(), began: z.string(), begun: z.string() }).partial();

/** The executions that lie in a service's item, asleep or long awake. */
export const sleepersIn = (item: Record<string, unknown>): Sleeper[] =>
  Object.entries(item).flatMap(([arn, value]) => {
    const found = arn.startsWith('arn:') ? asleep.safeParse(value).data : undefined;
    return found === undefined ? [] : [{ arn, ...found }];
  });

/** A look that takes its whole minute, the sleep, and what two clocks may differ by, in ms: whoever looked before is awake again. */
const longestSleepMs = (60 + safetyNet + 30) * 1000;

const isOver = ({ looked }: Sleeper, now: Date): boolean => now.getTime() - Date.parse(looked) > longestSleepMs;

/**
 * Who is to be woken by news, by what lay in the item before they were noted. Not who was woken by earlier news (nobody falls asleep over any, so
 * what was noted since its look has ended its sleep), nor who watches the very deployment that has `begun`.
 */
export function sleeping(item: Record<string, unknown>, begun: string | undefined, now: Date): Sleeper[] {
  const { noticed = '', began = '', begun: last } = noted.safeParse(item).data ?? {};
  const wasWoken = ({ looked, deployment }: Sleeper) => noticed >= looked || (began >= looked && last !== deployment);
  return sleepersIn(item).filter((one) => !isOver(one, now) && !wasWoken(one) && one.deployment !== begun);
}

/** So many that are awake again may lie in an item: each is about a KB, which every write of it is paid for. */
const mostLeft = 8;

/** Attributes that nobody needs any more, once they are many. */
export function leftOver(item: Record<string, unknown>, now: Date): string[] {
  const over = sleepersIn(item).filter((one) => isOver(one, now));
  return over.length > mostLeft ? over.map(({ arn }) => arn) : [];
}
