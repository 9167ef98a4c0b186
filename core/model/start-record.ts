import * as z from 'zod';
import { type Commit, commitSchema } from './commit.ts';

/**
 * `$.record`, by Record Start: when the execution began (ISO 8601, UTC), the commit if it is known, whether CodePipeline rolls back the stage (`executionType`
 * ROLLBACK of the pipeline execution), and a warning if the ledger could not be written.
 */
export interface StartRecord {
  start: string;
  commit?: Commit | undefined;
  stageRollback?: true | undefined;
  warning?: string | undefined;
}

export const startRecordSchema: z.ZodType<StartRecord> = z.object({
  start: z.iso.datetime({ offset: true }),
  commit: commitSchema.optional(),
  stageRollback: z.literal(true).optional(),
  warning: z.string().optional(),
});
