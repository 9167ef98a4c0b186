import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { findActionType } from './action-type.ts';
import { actionTypeIdSchema, actionTypePath } from './declaration.ts';
import { jobDetails, recordExecutionDetails } from './job.ts';
import { isJobOpen, scheduleContinuationJob } from './job-providers.ts';
import { type CodePipeline, codePipelineArn, type PipelineJob } from './state.ts';

const jobIdSchema = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

const pollForJobsSchema = z.strictObject({
  actionTypeId: actionTypeIdSchema,
  maxBatchSize: z.int().min(1).default(1),
  queryParam: z.record(z.string().min(1).max(50), z.string().regex(/^[a-zA-Z0-9_-]{1,50}$/)).optional(),
});

/** Lengths and names of botocore codepipeline PutJobSuccessResultInput; empty strings are rejected like too long ones. */
const putJobSuccessResultSchema = z.strictObject({
  jobId: jobIdSchema,
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

const putJobFailureResultSchema = z.strictObject({
  jobId: jobIdSchema,
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

/** Maximum size of all output variables of an action together (docs.aws.amazon.com/codepipeline/latest/userguide/limits.html). */
const maxOutputVariableBytes = 122_880;

/** Authorizes the call and returns the job with this id; these four operations do not support resource-level permissions. */
async function getAuthorizedJob(world: CodePipeline, id: string, call: Call): Promise<PipelineJob> {
  await call.allow(`codepipeline:${call.operation}`, '*');
  const found = world.jobs.get(id);
  if (found === undefined) throw new AwsError('JobNotFoundException', `Job with ID '${id}' was not found`);
  return found;
}

/**
 * A job accepts a result only while it is in progress. It is not documented that an abandoned or timed-out job returns this
 * error rather than JobNotFoundException; a worker must handle both.
 */
function checkInProgress({ id, status }: PipelineJob): void {
  if (status !== 'InProgress')
    throw new AwsError(
      'InvalidJobStateException',
      `Job '${id}' is in state '${status}'; a result can only be put for a job in state 'InProgress'`,
    );
}

const isOffered = (job: PipelineJob, input: z.infer<typeof pollForJobsSchema>): boolean =>
  isJobOpen(job) &&
  job.status !== 'InProgress' &&
  job.nonce !== undefined &&
  actionTypePath(job.action.run.action.actionTypeId) === actionTypePath(input.actionTypeId) &&
  Object.entries(input.queryParam ?? {}).every(([key, value]) => job.action.run.configuration[key] === value);

/** Returns the open jobs of a type that no worker has acknowledged. The nonce of a job never changes. */
async function pollForJobs(world: CodePipeline, input: z.infer<typeof pollForJobsSchema>, call: Call) {
  const path = actionTypePath(input.actionTypeId);
  await call.allow('codepipeline:PollForJobs', codePipelineArn(world, `actiontype:${path}`));
  const type = findActionType(world, input.actionTypeId);
  if (type === undefined)
    throw new AwsError('ActionTypeNotFoundException', `The action type '${path}' was not found in ${world.region}`);
  const queryable = type.actionConfigurationProperties.find((one) => one.queryable)?.name;
  if (queryable !== undefined && input.queryParam?.[queryable] === undefined)
    throw new AwsError('ValidationException', `queryParam must contain the queryable property '${queryable}'`);
  const found = [...world.jobs.values()].filter((job) => isOffered(job, input)).slice(0, input.maxBatchSize);
  for (const job of found) job.status = 'Dispatched';
  return { jobs: found.map((job) => ({ ...jobDetails(job), nonce: job.nonce })) };
}

async function acknowledgeJob(world: CodePipeline, input: { jobId: string; nonce: string }, call: Call) {
  const job = await getAuthorizedJob(world, input.jobId, call);
  if (job.nonce !== input.nonce)
    throw new AwsError('InvalidNonceException', `The nonce for job '${input.jobId}' is not valid`);
  if (isJobOpen(job)) job.status = 'InProgress';
  return { status: job.status };
}

async function putJobSuccess(world: CodePipeline, input: z.infer<typeof putJobSuccessResultSchema>, call: Call) {
  const job = await getAuthorizedJob(world, input.jobId, call);
  checkInProgress(job);
  const { continuationToken, executionDetails, outputVariables } = input;
  if (continuationToken !== undefined && outputVariables !== undefined)
    throw new AwsError('ValidationException', 'outputVariables may not be given together with a continuationToken');
  if (Buffer.byteLength(JSON.stringify(outputVariables ?? {})) > maxOutputVariableBytes)
    throw new AwsError('OutputVariablesSizeExceededException', 'The output variables exceed 122880 bytes');
  job.status = 'Succeeded';
  recordExecutionDetails(job.action, executionDetails ?? {});
  if (continuationToken !== undefined) scheduleContinuationJob(job, continuationToken);
  else job.settle({ status: 'Succeeded', outputVariables });
}

async function putJobFailure(world: CodePipeline, input: z.infer<typeof putJobFailureResultSchema>, call: Call) {
  const job = await getAuthorizedJob(world, input.jobId, call);
  checkInProgress(job);
  const { type, message, externalExecutionId } = input.failureDetails;
  job.status = 'Failed';
  recordExecutionDetails(job.action, { externalExecutionId });
  job.settle({ status: 'Failed', errorDetails: { code: type, message } });
}

/** The operations of a job worker: PollForJobs, AcknowledgeJob, GetJobDetails, PutJobSuccessResult, PutJobFailureResult. */
export const jobOperations = (worldFor: (call: Call) => CodePipeline): Record<string, Operation> => ({
  PollForJobs: defineOperation(pollForJobsSchema, (input, call) => pollForJobs(worldFor(call), input, call)),
  AcknowledgeJob: defineOperation(
    z.strictObject({ jobId: jobIdSchema, nonce: z.string().min(1).max(50) }),
    (input, call) => acknowledgeJob(worldFor(call), input, call),
  ),
  GetJobDetails: defineOperation(z.strictObject({ jobId: jobIdSchema }), async (input, call) => ({
    jobDetails: jobDetails(await getAuthorizedJob(worldFor(call), input.jobId, call)),
  })),
  PutJobSuccessResult: defineOperation(putJobSuccessResultSchema, (input, call) =>
    putJobSuccess(worldFor(call), input, call),
  ),
  PutJobFailureResult: defineOperation(putJobFailureResultSchema, (input, call) =>
    putJobFailure(worldFor(call), input, call),
  ),
});
