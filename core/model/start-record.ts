import * as z from 'zod';
import { type Commit, commitSchema } from './commit.ts';

/**
 * Facts that CodePipeline reports about a release's pipeline execution: the commit, and whether CodePipeline rolls back the stage (`executionType` ROLLBACK
 * of the pipeline execution). `stageRollback` is absent if CodePipeline did not answer.
 */
export interface PipelineFacts {
  commit?: Commit | undefined;
  stageRollback?: boolean | undefined;
}

/** `$.record`, by Record Start: when the execution began (ISO 8601, UTC), and a warning if the ledger could not be written. */
export interface StartRecord extends PipelineFacts {
  start: string;
  warning?: string | undefined;
}

export const startRecordSchema: z.ZodType<StartRecord> = z.object({
  start: z.iso.datetime({ offset: true }),
  commit: commitSchema.optional(),
  stageRollback: z.boolean().optional(),
  warning: z.string().optional(),
});
