import { type ActionProvider, assumeActionRole } from './action-provider.ts';
import { ActionFailure, type ActionOutcome } from './execution.ts';
import { jobData } from './job.ts';
import type { ActionContext, ActionJob } from './state.ts';

/** A custom action and a Lambda invoke action time out after 24 hours (docs.aws.amazon.com/codepipeline/latest/userguide/limits.html). */
const jobTimeoutMs = 24 * 3_600_000;
/** A Lambda function that reports no result for 20 minutes has failed (same page). */
const lambdaResultTimeoutMs = 20 * 60_000;
/** "Creates a new job in another 30 seconds" (…/userguide/reference-integrations.html, for Lambda; undocumented for custom workers). */
const continuationDelayMs = 30_000;

/** Ends a job that timed out: records the time-out in the job's status, and fails the job's action. */
function timeOutJob(job: ActionJob, message: string): void {
  if (!isJobOpen(job)) return;
  job.status = 'TimedOut';
  job.settle({ status: 'Failed', errorDetails: { code: 'JobTimedOut', message } });
}

/** Whether a job can still get a result. */
export const isJobOpen = (job: ActionJob): boolean =>
  job.status === 'Created' || job.status === 'Queued' || job.status === 'Dispatched' || job.status === 'InProgress';

const pollDelayMs = { none: 0, '10-seconds': 10_000, '90-seconds': 90_000 };

function createJob(context: ActionContext, job: Pick<ActionJob, 'settle'> & Partial<ActionJob>): ActionJob {
  const { cloud, jobs } = context.codePipeline;
  const pollableAt = cloud.clock.now() + pollDelayMs[cloud.answers['poll-delay']];
  const made: ActionJob = { id: cloud.uuid(), status: 'Created', action: context, pollableAt, ...job };
  jobs.set(made.id, made);
  return made;
}

const createCustomJob = (
  context: ActionContext,
  settle: ActionJob['settle'],
  more: Partial<ActionJob> = {},
): ActionJob => createJob(context, { settle, nonce: context.codePipeline.cloud.hex(8), ...more });

/** Queues a job for a worker to poll, and waits for its result. */
export const customActionProvider: ActionProvider = (context) =>
  new Promise<ActionOutcome>((resolve) => {
    const settle: ActionJob['settle'] = (outcome) => {
      stopWaiting();
      resolve(outcome);
    };
    const stopWaiting = context.codePipeline.cloud.clock.after(jobTimeoutMs, () => {
      for (const job of findJobs(context))
        timeOutJob(job, 'The action timed out: no result came for its job within 24 hours.');
    });
    createCustomJob(context, settle);
  });

/** Returns all jobs of one action: the first job and its continuations. */
export const findJobs = (context: ActionContext): ActionJob[] =>
  [...context.codePipeline.jobs.values()].filter((job) => job.action.run === context.run);

async function invokeFunction(job: ActionJob): Promise<void> {
  const { action } = job;
  const { FunctionName, UserParameters } = action.run.configuration;
  if (FunctionName === undefined)
    throw new ActionFailure('ConfigurationError', 'The action configuration must contain FunctionName.');
  const data = jobData(job);
  data.actionConfiguration.configuration = {
    FunctionName,
    ...(UserParameters === undefined ? {} : { UserParameters }),
  };
  const event = { 'CodePipeline.job': { id: job.id, accountId: action.codePipeline.account, data } };
  const input = { FunctionName, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) };
  await action.codePipeline.cloud
    .invoke('lambda', 'Invoke', input, await assumeActionRole(action))
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ActionFailure(
        'PermissionError',
        `The provided role does not have permissions to perform this action. Underlying error: ${reason}`,
      );
    });
}

/** Invokes a function with a job that is already in progress. If the function reports no result for 20 minutes, the job fails. */
async function runLambdaJob(
  context: ActionContext,
  settle: ActionJob['settle'],
  more: Partial<ActionJob> = {},
): Promise<void> {
  const job = createJob(context, { settle, status: 'InProgress', ...more });
  const { FunctionName } = context.run.configuration;
  context.codePipeline.cloud.clock.after(lambdaResultTimeoutMs, () =>
    timeOutJob(
      job,
      `The AWS Lambda function ${FunctionName} failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.`,
    ),
  );
  await invokeFunction(job).catch((error: unknown) => {
    job.status = 'Failed';
    throw error;
  });
}

/** The Lambda invoke action: invokes the function with a job that has no nonce. */
export const lambdaInvokeProvider: ActionProvider = (context) =>
  new Promise<ActionOutcome>((resolve, reject) => {
    runLambdaJob(context, resolve).catch(reject);
  });

/** Schedules the next job after one that ended with a continuation token. The next job has a new id, and must be polled and acknowledged again. */
export function scheduleContinuationJob({ action, settle, nonce }: ActionJob, continuationToken: string): void {
  const fail = (error: unknown) =>
    settle({ status: 'Failed', errorDetails: { code: 'PermissionError', message: String(error) } });
  action.codePipeline.cloud.clock.after(continuationDelayMs, () => {
    if (action.run.status !== 'InProgress') return;
    if (nonce === undefined) runLambdaJob(action, settle, { continuationToken }).catch(fail);
    else createCustomJob(action, settle, { continuationToken });
  });
}
