import * as z from 'zod';
import type { TableKey } from './table-keys.ts';

/** In a verdict that goes on: the place for the token, and since when news were perhaps not seen by the look. */
export interface TokenRegistration extends TableKey {
  looked: string;
}

export const tokenRegistrationSchema: z.ZodType<TokenRegistration> = z.object({
  pk: z.string(),
  sk: z.string(),
  looked: z.iso.datetime({ offset: true }),
});

/** What Step Functions leaves of a sleep: `woken`, or the error that ended it (its time-out, mostly). */
export const waitResultSchema = z
  .object({ woken: z.literal(true) })
  .optional()
  .catch(undefined);

/** How to look away: for so long at most, and where to listen meanwhile. Without the latter nothing ends the wait early. */
export interface WaitPlan {
  waitSeconds: number;
  news?: TokenRegistration | undefined;
}
