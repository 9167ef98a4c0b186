import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { jobDetails, recordExecutionDetails } from './job.ts';
import { isJobOpen, scheduleContinuationJob } from './job-providers.ts';
import { pollForJobs, pollForJobsSchema } from './poll-for-jobs.ts';
import type { ActionJob, CodePipeline } from './state.ts';

const jobIdSchema = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

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

const jobNotFound = (id: string): AwsError => new AwsError('JobNotFoundException', `Job with ID '${id}' was not found`);

/** Authorizes the call and returns the job with this id; these four operations do not support resource-level permissions. */
async function getAuthorizedJob(codePipeline: CodePipeline, id: string, call: Call): Promise<ActionJob> {
  await call.allow(`codepipeline:${call.operation}`, '*');
  const found = codePipeline.jobs.get(id);
  if (found === undefined) throw jobNotFound(id);
  return found;
}

const lateResultErrors = {
  'invalid-state': ({ id, status }: ActionJob) =>
    new AwsError(
      'InvalidJobStateException',
      `Job '${id}' is in state '${status}'; a result can only be put for a job in state 'InProgress'`,
    ),
  'not-found': ({ id }: ActionJob) => jobNotFound(id),
};

/** Whether a job accepts a result: only while it is in progress. The error for a job that has ended is not documented. */
function takesResult(job: ActionJob): boolean {
  if (job.status === 'InProgress') return true;
  const answer = isJobOpen(job) ? 'invalid-state' : job.action.codePipeline.cloud.answers['late-result'];
  if (answer === 'accepted') return false;
  throw lateResultErrors[answer](job);
}

async function acknowledgeJob(codePipeline: CodePipeline, input: { jobId: string; nonce: string }, call: Call) {
  const job = await getAuthorizedJob(codePipeline, input.jobId, call);
  const again = job.acknowledged && codePipeline.cloud.answers['second-acknowledgement'] === 'refused';
  if (job.nonce !== input.nonce || again)
    throw new AwsError('InvalidNonceException', `The nonce for job '${input.jobId}' is not valid`);
  job.acknowledged = true;
  if (isJobOpen(job)) job.status = 'InProgress';
  return { status: job.status };
}

async function getJobDetails(codePipeline: CodePipeline, { jobId }: { jobId: string }, call: Call) {
  const job = await getAuthorizedJob(codePipeline, jobId, call);
  const { answers } = codePipeline.cloud;
  const refused =
    (job.nonce === undefined && answers['details-lambda'] === 'refused') ||
    (isJobOpen(job) && job.status !== 'InProgress' && answers['details-unacknowledged'] === 'refused') ||
    (!isJobOpen(job) && answers['details-ended'] === 'refused');
  if (refused) throw jobNotFound(jobId);
  return { jobDetails: jobDetails(job) };
}

async function putJobSuccess(codePipeline: CodePipeline, input: z.infer<typeof putJobSuccessResultSchema>, call: Call) {
  const job = await getAuthorizedJob(codePipeline, input.jobId, call);
  if (!takesResult(job)) return;
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

async function putJobFailure(codePipeline: CodePipeline, input: z.infer<typeof putJobFailureResultSchema>, call: Call) {
  const job = await getAuthorizedJob(codePipeline, input.jobId, call);
  if (!takesResult(job)) return;
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
  GetJobDetails: defineOperation(z.strictObject({ jobId: jobIdSchema }), (input, call) =>
    getJobDetails(worldFor(call), input, call),
  ),
  PutJobSuccessResult: defineOperation(putJobSuccessResultSchema, (input, call) =>
    putJobSuccess(worldFor(call), input, call),
  ),
  PutJobFailureResult: defineOperation(putJobFailureResultSchema, (input, call) =>
    putJobFailure(worldFor(call), input, call),
  ),
});
