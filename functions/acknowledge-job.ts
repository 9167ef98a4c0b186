import * as z from 'zod';
import { acknowledgeJob } from '../aws/codepipeline.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { decideJobClaim, isFirstExecutionOfJob, type JobClaim } from '../core/request/acknowledgement.ts';

const eventSchema = z.object({
  /** The execution's ARN. */
  execution: z.string(),
  /** How often Step Functions has tried this state again. The earlier tries may have reached CodePipeline. */
  retries: z.int().default(0),
  input: z.object({
    job: z.object({ id: z.string(), nonce: z.string().optional(), actionExecutionId: z.string().optional() }),
  }),
});

/** State Acknowledge Job: acknowledges the pipeline's job, if take-job did not, or finds that this execution must not do it. */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async ({ execution, retries, input: { job } }, { logger }): Promise<JobClaim> => {
    if (job.nonce === undefined) return { status: 'InProgress' };
    const answer = await acknowledgeJob(job.id, job.nonce);
    const acknowledged = decideJobClaim(answer, { retries, first: isFirstExecutionOfJob(execution, job) });
    logger.info(`AcknowledgeJob answered`, { answer, retries, acknowledged });
    return acknowledged;
  },
);
