import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { acknowledgeOfferedJob } from '../aws/acknowledge-offered-job.ts';
import { pollForJobsOf } from '../aws/codepipeline.ts';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { handleQueuedJobs } from '../aws/handle-queued-jobs.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { type Poller, queueJob, releasePollerLease, setPollerLeaseEnd, takePollerLease } from '../aws/poller-lease.ts';
import { describeExecution, startExecutionUnlessExists } from '../aws/sfn.ts';
import { throwErrorsIfAny } from '../core/errors/failure.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import {
  createExecutionInputForJob,
  createExecutionNameForJob,
  type PipelineJob,
  parseOfferedJob,
  type UnconfirmedJob,
} from '../core/request/job.ts';
import { decideJobRestart } from '../core/request/job-restart.ts';
import { leaseAfterRestartMs } from '../core/request/poller-lease.ts';
import type { QueuedJob } from '../core/request/queued-jobs.ts';
import { parseTakeJobEvent } from '../core/request/take-job-event.ts';

/** Jobs per poll, and polls per invocation: hundreds of pipelines can start our action in the same second. The schedule polls for the rest a minute later. */
const jobsPerPoll = 10;
const maxPolls = 20;

const readEnvironment = () =>
  parseWithSchema(
    z.object({ STATE_MACHINE_ARN: z.string(), PROVIDER: z.string(), VERSIONS: z.string(), TAKE_JOB: z.string() }),
    process.env,
    {
      what: 'The environment of take-job',
    },
  );

/** The results for the offered jobs, by execution name. */
export interface TakeJobResult {
  started: string[];
  known: string[];
}

/**
 * Starts the execution of each job, and acknowledges the job immediately after that. A crash between the two loses nothing, because CodePipeline still
 * offers the job. An invalid job does not stop the other jobs. The function throws its error at the end, so that Lambda tries again and the alarm fires.
 */
export const handler = createLambdaHandler(parseTakeJobEvent, async (wake, { now, logger }): Promise<TakeJobResult> => {
  const { STATE_MACHINE_ARN: machine } = readEnvironment();
  const taker: TakeJobContext = {
    machine,
    now,
    logger,
    taken: { started: [], known: [] },
    restarted: false,
    errors: [],
  };
  if (wake.poll) await pollAlone(taker);
  else await takeInvokedJob(wake.job, taker);
  return taker.taken;
});

interface TakeJobContext extends Pick<ClockAndLogger, 'now' | 'logger'> {
  machine: string;
  taken: TakeJobResult;
  /** Whether an execution was started again. Such an execution has to acknowledge its job itself. */
  restarted: boolean;
  errors: unknown[];
}

/**
 * Takes the job of a Lambda invoke action, which CodePipeline offers only once. If its execution cannot be started, the job is queued. The function still
 * throws the error, so that Lambda invokes the function again with the whole job.
 */
async function takeInvokedJob(job: UnconfirmedJob, taker: TakeJobContext): Promise<void> {
  try {
    await takeJob(job, taker);
  } catch (error) {
    const queued = await queueJob({ id: job.id, queuedAt: taker.now });
    taker.logger.warn(`The job ${job.id} could not be started`, { queued });
    throw error;
  }
}

/** Handles the queued jobs, and polls if no other invocation polls. If another invocation polls, that invocation polls once more for this one. */
async function pollAlone(taker: TakeJobContext): Promise<void> {
  const { now, logger } = taker;
  const poller: Poller = { holder: randomUUID(), now };
  const lease = await takePollerLease(poller);
  if (lease === 'left to another') return logger.info('Another invocation polls, and will poll once more');
  if (isTableUnavailable(lease)) logger.warn('Polls without a lease, because the table does not answer', { lease });
  else await takeQueuedJobs(lease.queued, taker);
  let released = false;
  try {
    released = await takeOfferedJobs(taker, poller);
  } finally {
    if (!released) await setPollerLeaseEnd(poller, taker.restarted ? leaseAfterRestartMs : 0);
  }
  throwErrorsIfAny(taker.errors);
}

async function takeQueuedJobs(queued: QueuedJob[], { machine, now, logger, taken, errors }: TakeJobContext) {
  const { PROVIDER: provider, TAKE_JOB: takeJob } = readEnvironment();
  const handled = await handleQueuedJobs(queued, { machine, own: { provider, takeJob }, now, logger });
  taken.started.push(...handled.started);
  errors.push(...handled.errors);
}

/**
 * Polls until an answer has no new job and no wake-up was recorded. Returns whether the lease was released. After it has started another execution for a
 * job, it does not poll again, because another poll could give the job a new nonce before that execution acknowledges the job.
 */
async function takeOfferedJobs(taker: TakeJobContext, poller: Poller): Promise<boolean> {
  const { PROVIDER: provider, VERSIONS: versions } = readEnvironment();
  const seen = new Set<string>();
  for (let round = 0; round < maxPolls && !taker.restarted; round++) {
    const offered = await pollForJobsOf(provider, versions.split(','), jobsPerPoll);
    const results = await Promise.allSettled(
      offered.map(async (given) => takeIfNew(parseOfferedJob(given), seen, taker)),
    );
    taker.errors.push(...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
    const anyNew = results.some((result) => result.status === 'fulfilled' && result.value);
    if (!anyNew && !taker.restarted && (await releasePollerLease(poller)) === 'released') return true;
  }
  return false;
}

async function takeIfNew(job: PipelineJob, seen: Set<string>, taker: TakeJobContext): Promise<boolean> {
  if (seen.has(job.id)) return false;
  seen.add(job.id);
  await takeJob(job, taker);
  return true;
}

async function takeJob(job: UnconfirmedJob, taker: TakeJobContext): Promise<void> {
  const { machine, logger, taken } = taker;
  const name = createExecutionNameForJob(job);
  if (await startExecutionUnlessExists(machine, name, createExecutionInputForJob(job))) {
    taken.started.push(name);
    return acknowledgeOfferedJob(job, logger);
  }
  const decision = decideJobRestart(job, await describeExecution(machine, name));
  logger.info(`The job ${job.id} has been seen before`, { decision });
  if (decision.claim === 'known') {
    taken.known.push(name);
    return decision.acknowledge ? acknowledgeOfferedJob(job, logger) : undefined;
  }
  const again = await startExecutionUnlessExists(machine, decision.name, createExecutionInputForJob(job));
  if (again) taker.restarted = true;
  taken[again ? 'started' : 'known'].push(decision.name);
}
