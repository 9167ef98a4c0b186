import { formatTime } from '../parsing/time-text.ts';
/** A job of a Lambda invoke action whose execution could not be started. Gantry stores only the job's id, because the job's event contains credentials. */
export interface QueuedJob {
  id: string;
  queuedAt: Date;
}

/** The next step for a queued job. `wait`: Lambda may still invoke the function with the whole job. `forget`: the job has ended. */
export type QueuedJobStep = 'wait' | 'start' | 'report' | 'forget';

const minuteMs = 60_000;

/**
 * Lambda invokes a failed function again after one minute and after two more (Lambda Developer Guide, "How Lambda handles errors and retries with
 * asynchronous invocation").
 */
export const lambdaRetriesMs = 4 * minuteMs;

/**
 * The age after which a job is reported as failed instead of being started. CodePipeline ends an invoke action that has no result after 20 minutes
 * (CodePipeline User Guide, "Quotas in AWS CodePipeline"). An execution that starts later would deploy for an action that has ended.
 */
export const queuedJobStartLimitMs = 15 * minuteMs;

/** CodePipeline ends every invoke action after 24 hours (same page). */
const jobLifetimeMs = 24 * 60 * minuteMs;

/** Returns the next step for a queued job. */
export function decideQueuedJobStep({ queuedAt }: QueuedJob, now: Date): QueuedJobStep {
  const age = now.getTime() - queuedAt.getTime();
  if (age < lambdaRetriesMs) return 'wait';
  if (age < queuedJobStartLimitMs) return 'start';
  return age < jobLifetimeMs ? 'report' : 'forget';
}

/** Begins the name of each attribute for a queued job, in the poller's item (core/request/poller-lease.ts). The rest of the name is the job's id. */
const attributePrefix = 'queued#';

/** Returns the jobs in the poller's item, oldest first. */
export const parseQueuedJobs = (item: Record<string, unknown> | undefined): QueuedJob[] =>
  Object.entries(item ?? {})
    .flatMap(([name, time]) => parseQueuedJob(name, new Date(String(time))))
    .toSorted((a, b) => a.queuedAt.getTime() - b.queuedAt.getTime());

const parseQueuedJob = (name: string, queuedAt: Date): QueuedJob[] =>
  name.startsWith(attributePrefix) && !Number.isNaN(queuedAt.getTime())
    ? [{ id: name.slice(attributePrefix.length), queuedAt }]
    : [];

const attributeNames = ({ id }: QueuedJob) => ({ '#job': `${attributePrefix}${id}` });

/** Queues a job. Each of Lambda's tries queues the job, so a job that is queued already keeps its time. */
export const createQueueUpdate = (job: QueuedJob) => ({
  update: 'SET #job = if_not_exists(#job, :time)',
  names: attributeNames(job),
  values: { ':time': job.queuedAt.toISOString() },
});

/** Removes a job from the queue. */
export const createDequeueUpdate = (job: QueuedJob) => ({ update: 'REMOVE #job', names: attributeNames(job) });

/** Returns the failure of a job that could not be started in time (CodePipeline API, FailureDetails). */
export const createNotStartedReport = ({ id, queuedAt }: QueuedJob) => ({
  type: 'SystemUnavailable' as const,
  message: `Gantry could not start an execution for the job ${id} since ${formatTime(queuedAt)}. Nothing was changed. Retry the action.`,
});
