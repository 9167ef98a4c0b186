import * as z from 'zod';
import type { TableKey } from './table-keys.ts';

/**
 * Where to register the task token of a waiting execution: the item's key, and when the last check began (`checkedAt`, ISO 8601). The last check may have
 * missed events after that time.
 */
export interface TokenRegistration extends TableKey {
  checkedAt: string;
  /** The id of the deployment that the execution watches. The event about its start does not end the wait. */
  deployment: string;
}

export const tokenRegistrationSchema: z.ZodType<TokenRegistration> = z.object({
  pk: z.string(),
  sk: z.string(),
  checkedAt: z.iso.datetime({ offset: true }),
  deployment: z.string(),
});

/** The result of a wait: `woken`, or undefined if an error ended the wait (usually its time-out). The event is for the state machines. */
export const wokenSchema = z
  .object({ woken: z.literal(true) })
  .optional()
  .catch(undefined);

/** How long to wait for the next check, at most, and where to register the task token. Without `subscription`, nothing ends the wait early. */
export interface WaitPlan {
  waitSeconds: number;
  /**
   * The number of seconds until the next check if the token cannot be written, because an event arrived in the meantime or the table does not
   * answer.
   */
  recheckSeconds?: number | undefined;
  subscription?: TokenRegistration | undefined;
}
