import * as z from 'zod';
import { acknowledgeJob } from '../aws/codepipeline.ts';
import { readReportedJob } from '../aws/job-details.ts';
import { createLambdaHandler, type Logger } from '../aws/lambda.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import { decideJobClaim, isFirstExecutionOfJob, type JobClaim } from '../core/request/acknowledgement.ts';
import { confirmJob } from '../core/request/confirm-job.ts';
import type { ClaimedJob } from '../core/request/job.ts';
import { parseJobInput } from '../core/request/job-input.ts';
import type { OwnActionNames } from '../core/request/own-action.ts';

const eventSchema = z.object({
  /** The execution's ARN. */
  execution: z.string(),
  /** How often Step Functions has tried this state again. The earlier tries may have reached CodePipeline. */
  retries: z.int().default(0),
  input: z.unknown(),
});

/** The data of the following states. It replaces the execution's input. */
interface AcceptedJob {
  job: ClaimedJob;
  acknowledged: JobClaim;
}

/**
 * State Acknowledge Job: acknowledges the pipeline's job, if take-job did not, or finds that this execution must not do it. Everything else about the job is
 * then read from CodePipeline.
 */
export const handler = createLambdaHandler(
  (given) => {
    const { input, ...rest } = eventSchema.parse(given);
    return { job: parseJobInput(input), ...rest };
  },
  async ({ execution, retries, job }, { logger }): Promise<AcceptedJob> => {
    const acknowledged = await claimJob(job, { execution, retries, logger });
    if (acknowledged.status === 'Lost') return { job, acknowledged };
    const reported = await readReportedJob(job.id);
    // The name of the execution was compared with the claimed id, so that has to be the real one.
    if (job.nonce !== undefined && reported && reported.job.actionExecutionId !== job.actionExecutionId)
      return { job, acknowledged: { status: 'Lost' } };
    return { job: confirmJob(job, reported, readOwnActionNames()), acknowledged };
  },
);

async function claimJob(
  job: ClaimedJob,
  { execution, retries, logger }: { execution: string; retries: number; logger: Logger },
): Promise<JobClaim> {
  if (job.nonce === undefined) return { status: 'InProgress' };
  const answer = await acknowledgeJob(job.id, job.nonce);
  const acknowledged = decideJobClaim(answer, { retries, first: isFirstExecutionOfJob(execution, job) });
  logger.info(`AcknowledgeJob answered`, { answer, retries, acknowledged });
  return acknowledged;
}

const readOwnActionNames = (): OwnActionNames => {
  const schema = z.object({ PROVIDER: z.string(), TAKE_JOB: z.string() });
  const { PROVIDER: provider, TAKE_JOB: takeJob } = parseWithSchema(schema, process.env, {
    what: 'The environment of acknowledge-job',
  });
  return { provider, takeJob };
};
