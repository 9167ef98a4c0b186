import { isJobOfInstallation } from '../core/request/confirm-job.ts';
import { createExecutionInputForJob, createExecutionNameForJob } from '../core/request/job.ts';
import type { OwnActionIdentifiers } from '../core/request/own-action.ts';
import { createNotStartedReport, decideQueuedJobStep, type QueuedJob } from '../core/request/queued-jobs.ts';
import { putJobFailure } from './codepipeline.ts';
import { readJobFromCodePipeline } from './job-details.ts';
import type { ClockAndLogger } from './lambda.ts';
import { dequeueJob } from './poller-lease.ts';
import { startExecutionUnlessExists } from './sfn.ts';

/** The state machine in which queued jobs are started, and the names that identify Gantry's own actions. */
export interface QueuedJobContext extends Pick<ClockAndLogger, 'now' | 'logger'> {
  machine: string;
  own: OwnActionIdentifiers;
}

/**
 * Starts the executions of queued jobs. Reports jobs that are too old to start as failed. A job that fails again stays queued. Returns the names of the
 * executions, and the errors.
 */
export async function handleQueuedJobs(
  queued: QueuedJob[],
  context: QueuedJobContext,
): Promise<{ started: string[]; errors: unknown[] }> {
  const results = await Promise.allSettled(queued.map((job) => handleQueuedJob(job, context)));
  return {
    started: results.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : [])),
    errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  };
}

/** Returns the name of the execution, if one was started. */
async function handleQueuedJob(job: QueuedJob, context: QueuedJobContext): Promise<string | undefined> {
  const step = decideQueuedJobStep(job, context.now);
  if (step === 'wait') return undefined;
  const started = step === 'start' ? await startQueuedJob(job, context) : undefined;
  if (step === 'report') await reportNotStarted(job, context);
  await dequeueJob(job);
  return started;
}

/** An execution of this name exists if Lambda's next try, or an earlier one whose answer was lost, has started it. */
async function startQueuedJob({ id }: QueuedJob, { machine, logger }: QueuedJobContext): Promise<string | undefined> {
  const name = createExecutionNameForJob({ id });
  const isNew = await startExecutionUnlessExists(machine, name, createExecutionInputForJob({ id }));
  logger.info(`The queued job ${id} ${isNew ? 'was started' : 'has an execution already'}`);
  return isNew ? name : undefined;
}

/** Reports a job as failed only if it belongs to Gantry's own action, because everybody who is allowed to invoke the function can queue an id. */
async function reportNotStarted(job: QueuedJob, { own, logger }: QueuedJobContext): Promise<void> {
  const reported = await readJobFromCodePipeline(job.id);
  const isOurs = reported === undefined || isJobOfInstallation(reported, own);
  const delivery = isOurs
    ? await putJobFailure({ jobId: job.id, failureDetails: createNotStartedReport(job) })
    : 'job of another';
  logger.warn(`The queued job ${job.id} could not be started in time: ${delivery}`);
}
