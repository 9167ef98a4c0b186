import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { findActionType } from './action-type.ts';
import { actionTypeIdSchema, actionTypePath } from './declaration.ts';
import { jobDetails } from './job.ts';
import { isJobOpen } from './job-providers.ts';
import { type ActionJob, type CodePipeline, codePipelineArn } from './state.ts';

export const pollForJobsSchema = z.strictObject({
  actionTypeId: actionTypeIdSchema,
  maxBatchSize: z.int().min(1).default(1),
  queryParam: z.record(z.string().min(1).max(50), z.string().regex(/^[a-zA-Z0-9_-]{1,50}$/)).optional(),
});

type PollForJobsInput = z.infer<typeof pollForJobsSchema>;

/** How long an offered job is hidden from later polls, by the answer. Milliseconds. */
const hiddenMs = { always: 0, 'after-a-minute': 60_000 };

function isPollable({ pollableAt, offeredAt }: ActionJob, { cloud }: CodePipeline): boolean {
  const now = cloud.clock.now();
  return now >= pollableAt && (offeredAt === undefined || now - offeredAt >= hiddenMs[cloud.answers['poll-repeat']]);
}

const isOffered = (job: ActionJob, input: PollForJobsInput): boolean =>
  isJobOpen(job) &&
  job.status !== 'InProgress' &&
  job.nonce !== undefined &&
  isPollable(job, job.action.codePipeline) &&
  actionTypePath(job.action.run.action.actionTypeId) === actionTypePath(input.actionTypeId) &&
  Object.entries(input.queryParam ?? {}).every(([key, value]) => job.action.run.configuration[key] === value);

function offerJob(job: ActionJob, { cloud }: CodePipeline) {
  job.status = 'Dispatched';
  if (job.offeredAt !== undefined && cloud.answers['poll-nonce'] === 'renewed') job.nonce = cloud.hex(8);
  job.offeredAt = cloud.clock.now();
  return { ...jobDetails(job), nonce: job.nonce };
}

/** PollForJobs: returns the open jobs of a type that no worker has acknowledged. */
export async function pollForJobs(codePipeline: CodePipeline, input: PollForJobsInput, call: Call) {
  const path = actionTypePath(input.actionTypeId);
  await call.allow(
    'codepipeline:PollForJobs',
    codePipelineArn(codePipeline, `${codePipeline.cloud.answers['poll-arn']}:${path}`),
  );
  const type = findActionType(codePipeline, input.actionTypeId);
  if (type === undefined)
    throw new AwsError(
      'ActionTypeNotFoundException',
      `The action type '${path}' was not found in ${codePipeline.region}`,
    );
  const queryable = type.actionConfigurationProperties.find((one) => one.queryable)?.name;
  if (queryable !== undefined && input.queryParam?.[queryable] === undefined)
    throw new AwsError('ValidationException', `queryParam must contain the queryable property '${queryable}'`);
  const found = [...codePipeline.jobs.values()].filter((job) => isOffered(job, input)).slice(0, input.maxBatchSize);
  return { jobs: found.map((job) => offerJob(job, codePipeline)) };
}
