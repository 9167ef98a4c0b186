import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { actionTypeOf } from './action-type.ts';
import { actionTypeId, typePath } from './declaration.ts';
import { type Job, jobDetails, note } from './job.ts';
import { continueJob, isOpen } from './job-work.ts';
import { arnOf, type World } from './world.ts';

const jobId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

const pollForJobs = z.strictObject({
  actionTypeId,
  maxBatchSize: z.int().min(1).default(1),
  queryParam: z.record(z.string().min(1).max(50), z.string().regex(/^[a-zA-Z0-9_-]{1,50}$/)).optional(),
});

/** Lengths and names of botocore codepipeline PutJobSuccessResultInput; empty strings are refused like too long ones. */
const success = z.strictObject({
  jobId,
  continuationToken: z.string().min(1).max(2048).optional(),
  executionDetails: z
    .strictObject({
      summary: z.string().min(1).max(2048).optional(),
      externalExecutionId: z.string().min(1).max(1500).optional(),
      percentComplete: z.int().min(0).max(100).optional(),
    })
    .optional(),
  outputVariables: z.record(z.string().regex(/^[A-Za-z0-9@\-_]+$/), z.string()).optional(),
});

const failure = z.strictObject({
  jobId,
  failureDetails: z.strictObject({
    type: z.enum([
      'JobFailed',
      'ConfigurationError',
      'PermissionError',
      'RevisionOutOfSync',
      'RevisionUnavailable',
      'SystemUnavailable',
    ]),
    message: z.string().min(1).max(5000),
    externalExecutionId: z.string().min(1).max(1500).optional(),
  }),
});

/** All output variables of an action together (docs.aws.amazon.com/codepipeline/latest/userguide/limits.html). */
const outputVariableBytes = 122_880;

/** The job of that id, once the caller may do the operation; these four operations know no resource ARN. */
async function jobFor(world: World, id: string, call: Call): Promise<Job> {
  await call.allow(`codepipeline:${call.operation}`, '*');
  const found = world.jobs.get(id);
  if (found === undefined) throw new AwsError('JobNotFoundException', `Job with ID '${id}' was not found`);
  return found;
}

/**
 * A job takes a result only while it is in progress. That an abandoned or timed-out job answers with this error, rather
 * than with JobNotFoundException, is not documented; a worker must bear both.
 */
function mustBeInProgress({ id, status }: Job): void {
  if (status !== 'InProgress')
    throw new AwsError(
      'InvalidJobStateException',
      `Job '${id}' is in state '${status}'; a result can only be put for a job in state 'InProgress'`,
    );
}

const matches = (job: Job, input: z.infer<typeof pollForJobs>): boolean =>
  isOpen(job) &&
  job.status !== 'InProgress' &&
  job.nonce !== undefined &&
  typePath(job.work.run.action.actionTypeId) === typePath(input.actionTypeId) &&
  Object.entries(input.queryParam ?? {}).every(([key, value]) => job.work.run.configuration[key] === value);

/** Open jobs of a type that nobody has acknowledged, each with the nonce it has had from the start. */
async function poll(world: World, input: z.infer<typeof pollForJobs>, call: Call) {
  const path = typePath(input.actionTypeId);
  await call.allow('codepipeline:PollForJobs', arnOf(world, `actiontype:${path}`));
  const type = actionTypeOf(world, input.actionTypeId);
  if (type === undefined)
    throw new AwsError('ActionTypeNotFoundException', `The action type '${path}' was not found in ${world.region}`);
  const queryable = type.actionConfigurationProperties.find((one) => one.queryable)?.name;
  if (queryable !== undefined && input.queryParam?.[queryable] === undefined)
    throw new AwsError('ValidationException', `queryParam must contain the queryable property '${queryable}'`);
  const found = [...world.jobs.values()].filter((job) => matches(job, input)).slice(0, input.maxBatchSize);
  for (const job of found) job.status = 'Dispatched';
  return { jobs: found.map((job) => ({ ...jobDetails(job), nonce: job.nonce })) };
}

async function acknowledge(world: World, input: { jobId: string; nonce: string }, call: Call) {
  const job = await jobFor(world, input.jobId, call);
  if (job.nonce !== input.nonce)
    throw new AwsError('InvalidNonceException', `The nonce for job '${input.jobId}' is not valid`);
  if (isOpen(job)) job.status = 'InProgress';
  return { status: job.status };
}

async function succeed(world: World, input: z.infer<typeof success>, call: Call) {
  const job = await jobFor(world, input.jobId, call);
  mustBeInProgress(job);
  const { continuationToken, executionDetails, outputVariables } = input;
  if (continuationToken !== undefined && outputVariables !== undefined)
    throw new AwsError('ValidationException', 'outputVariables may not be given together with a continuationToken');
  if (Buffer.byteLength(JSON.stringify(outputVariables ?? {})) > outputVariableBytes)
    throw new AwsError('OutputVariablesSizeExceededException', 'The output variables exceed 122880 bytes');
  job.status = 'Succeeded';
  note(job.work, executionDetails ?? {});
  if (continuationToken !== undefined) continueJob(job, continuationToken);
  else job.settle({ status: 'Succeeded', outputVariables });
}

async function fail(world: World, input: z.infer<typeof failure>, call: Call) {
  const job = await jobFor(world, input.jobId, call);
  mustBeInProgress(job);
  const { type, message, externalExecutionId } = input.failureDetails;
  job.status = 'Failed';
  note(job.work, { externalExecutionId });
  job.settle({ status: 'Failed', errorDetails: { code: type, message } });
}

/** What a job worker does: PollForJobs, AcknowledgeJob, GetJobDetails, PutJobSuccessResult, PutJobFailureResult. */
export const jobOperations = (worldFor: (call: Call) => World): Record<string, Operation> => ({
  PollForJobs: operation(pollForJobs, (input, call) => poll(worldFor(call), input, call)),
  AcknowledgeJob: operation(z.strictObject({ jobId, nonce: z.string().min(1).max(50) }), (input, call) =>
    acknowledge(worldFor(call), input, call),
  ),
  GetJobDetails: operation(z.strictObject({ jobId }), async (input, call) => ({
    jobDetails: jobDetails(await jobFor(worldFor(call), input.jobId, call)),
  })),
  PutJobSuccessResult: operation(success, (input, call) => succeed(worldFor(call), input, call)),
  PutJobFailureResult: operation(failure, (input, call) => fail(worldFor(call), input, call)),
});
