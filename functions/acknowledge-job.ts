import * as z from 'zod';
import { acknowledgeJob } from '../aws/codepipeline.ts';
import { readJobFromCodePipeline } from '../aws/job-details.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import { decideJobClaim, type JobClaim } from '../core/request/acknowledgement.ts';
import { confirmJob } from '../core/request/confirm-job.ts';
import type { UnconfirmedJob } from '../core/request/job.ts';
import { parseJobInput } from '../core/request/job-input.ts';
import { isFirstExecutionOfJob } from '../core/request/job-restart.ts';
import type { OwnActionIdentifiers } from '../core/request/own-action.ts';

const eventSchema = z.object({
  /** The execution's ARN. */
  execution: z.string(),
  /** How often Step Functions has tried this state again. The earlier tries may have reached CodePipeline. */
  retries: z.int().default(0),
  input: z.unknown(),
});

/** The data of the following states. It replaces the execution's input. */
interface AcceptedJob {
  job: UnconfirmedJob;
  acknowledged: JobClaim;
}

/**
 * State Acknowledge Job: acknowledges the pipeline's job if take-job did not, or finds that this execution must not continue. Afterwards, reads everything
 * else about the job from CodePipeline.
 */
export const handler = createLambdaHandler(
  (given) => {
    const { input, ...rest } = eventSchema.parse(given);
    return { job: parseJobInput(input), ...rest };
  },
  async ({ execution, retries, job }, { logger }): Promise<AcceptedJob> => {
    const answer = job.nonce === undefined ? undefined : await acknowledgeJob(job.id, job.nonce);
    // This call comes after the acknowledgement, because CodePipeline may report only acknowledged jobs.
    const reported = await readJobFromCodePipeline(job.id);
    const acknowledged = decideJobClaim(answer, {
      retries,
      first: job.nonce === undefined || isFirstExecutionOfJob(execution, job.nonce, reported?.job),
    });
    logger.info('The job was acknowledged', { answer, retries, acknowledged });
    if (acknowledged.status === 'Lost') return { job, acknowledged };
    return { job: confirmJob(job, reported, { execution, own: readOwnActionNames() }), acknowledged };
  },
);

const readOwnActionNames = (): OwnActionIdentifiers => {
  const schema = z.object({ PROVIDER: z.string(), TAKE_JOB: z.string() });
  const { PROVIDER: provider, TAKE_JOB: takeJob } = parseWithSchema(schema, process.env, {
    what: 'The environment of acknowledge-job',
  });
  return { provider, takeJob };
};
