import * as z from 'zod';
import { parseWithSchema } from '../parsing/validation.ts';
import type { UnconfirmedJob } from './job.ts';

const textSchema = z.string().optional();

const artifactSchema = z.strictObject({ name: z.string(), revision: textSchema, bucket: z.string(), key: z.string() });

/**
 * The schema is strict, because an input with other fields was not written by take-job. The input of two kinds of jobs has more fields than an id and a
 * nonce: the job of a Lambda invoke action, and a job that an earlier version of Gantry started.
 */
const jobInputSchema = z.strictObject({
  job: z.strictObject({
    id: z.string('must be the id of a job'),
    nonce: textSchema,
    actionExecutionId: textSchema,
    pipeline: z
      .strictObject({ name: textSchema, executionId: textSchema, stage: textSchema, action: textSchema })
      .optional(),
    configuration: z.record(z.string(), z.string()).optional(),
    artifact: artifactSchema.optional(),
    otherArtifacts: z.array(artifactSchema).optional(),
    encryptionKey: textSchema,
  }),
});

/** Parses the input of an execution for a job, as take-job writes it. Throws a ConfigurationError that names every other field. */
export const parseJobInput = (input: unknown): UnconfirmedJob =>
  parseWithSchema(jobInputSchema, input, {
    what: 'The input of an execution for a job',
    hint: 'Only take-job starts such an execution. To deploy manually, give a target instead.',
  }).job;
