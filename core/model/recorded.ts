import * as z from 'zod';
import { type Commit, commit } from './commit.ts';

/** `$.record`, by Record Start: when the execution began (ISO 8601, UTC), the commit where it is known, and whether the ledger could be written. */
export interface Recorded {
  start: string;
  commit?: Commit | undefined;
  warning?: string | undefined;
}

export const record: z.ZodType<Recorded> = z.object({
  start: z.iso.datetime(),
  commit: commit.optional(),
  warning: z.string().optional(),
});
