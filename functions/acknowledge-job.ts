import * as z from 'zod';
import { acknowledgeJob } from '../aws/codepipeline.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { decideJobClaim, type JobClaim } from '../core/request/acknowledgement.ts';

const eventSchema = z.object({
  /** How often Step Functions has retried this state; the earlier tries may have reached CodePipeline. */
  retries: z.int().default(0),
  input: z.object({ job: z.object({ id: z.string(), nonce: z.string().optional() }) }),
});

/** State Acknowledge Job: claims the pipeline's job for this execution, or finds that the job is not ours. */
export const handler = lambdaHandler(
  eventSchema.parse,
  async ({ retries, input: { job } }, { logger }): Promise<JobClaim> => {
    if (job.nonce === undefined) return { status: 'InProgress' };
    const answer = await acknowledgeJob(job.id, job.nonce);
    const acknowledged = decideJobClaim(answer, retries);
    logger.info(`AcknowledgeJob answered`, { answer, retries, acknowledged });
    return acknowledged;
  },
);
