import * as z from 'zod';
import { acknowledgeJob } from '../aws/codepipeline.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { decideJobClaim, isFirstExecutionOfJob, type JobClaim } from '../core/request/acknowledgement.ts';
import type { PipelineJob } from '../core/request/job.ts';
import { parseJobInput } from '../core/request/job-input.ts';

const eventSchema = z.object({
  /** The execution's ARN. */
  execution: z.string(),
  /** How often Step Functions has tried this state again. The earlier tries may have reached CodePipeline. */
  retries: z.int().default(0),
  input: z.unknown(),
});

/** The data of the following states. It replaces the execution's input. */
interface AcceptedJob {
  job: PipelineJob;
  acknowledged: JobClaim;
}

/** State Acknowledge Job: acknowledges the pipeline's job, if take-job did not, or finds that this execution must not do it. */
export const handler = createLambdaHandler(
  (given) => {
    const { input, ...rest } = eventSchema.parse(given);
    return { job: parseJobInput(input), ...rest };
  },
  async ({ execution, retries, job }, { logger }): Promise<AcceptedJob> => {
    if (job.nonce === undefined) return { job, acknowledged: { status: 'InProgress' } };
    const answer = await acknowledgeJob(job.id, job.nonce);
    const acknowledged = decideJobClaim(answer, { retries, first: isFirstExecutionOfJob(execution, job) });
    logger.info(`AcknowledgeJob answered`, { answer, retries, acknowledged });
    return { job, acknowledged };
  },
);
