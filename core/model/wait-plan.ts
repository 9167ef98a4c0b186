import * as z from 'zod';
import type { TableKey } from './table-keys.ts';

/** Where to register the task token of a waiting execution: the item's key, and when the last check began (`looked`, ISO 8601). That check can have missed any later event. */
export interface TokenRegistration extends TableKey {
  looked: string;
}

export const tokenRegistrationSchema: z.ZodType<TokenRegistration> = z.object({
  pk: z.string(),
  sk: z.string(),
  looked: z.iso.datetime({ offset: true }),
});

/** The result of a wait: `woken`, or undefined if an error ended the wait (usually its time-out). */
export const waitResultSchema = z
  .object({ woken: z.literal(true) })
  .optional()
  .catch(undefined);

/** How long to wait for the next check, at most, and where to register the task token. Without `news`, nothing ends the wait early. */
export interface WaitPlan {
  waitSeconds: number;
  /** If the token cannot be written, because there was an event meanwhile or the table does not answer: check again after so many seconds. */
  recheckSeconds?: number | undefined;
  news?: TokenRegistration | undefined;
}
