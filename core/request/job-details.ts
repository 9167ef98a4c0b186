import * as z from 'zod';
import { parseWithSchema } from '../parsing/validation.ts';
import type { JobFromCodePipeline } from './confirm-job.ts';
import { jobDataSchema, toPipelineJob } from './job.ts';

const jobDetailsSchema = z.object({
  id: z.string(),
  data: jobDataSchema.extend({
    actionTypeId: z.object({ category: z.string(), owner: z.string(), provider: z.string() }),
  }),
});

/** Parses a job as GetJobDetails returns it, without its credentials. `action` says whose action it is. */
export function parseJobDetails(given: unknown): JobFromCodePipeline {
  const { id, data } = parseWithSchema(jobDetailsSchema, given, { what: 'The job that GetJobDetails returned' });
  const { actionTypeId, actionConfiguration } = data;
  return {
    job: toPipelineJob({ id, data }),
    action: { actionTypeId, configuration: actionConfiguration.configuration },
  };
}
