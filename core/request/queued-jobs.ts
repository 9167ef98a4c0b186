/** A job of a Lambda invoke action whose execution could not be started. Only its id is kept, because the event that brought it contains credentials. */
export interface QueuedJob {
  id: string;
  queuedAt: Date;
}

/** What is done with a queued job. `wait`: Lambda may still invoke the function with the whole job. */
export type QueuedJobStep = 'wait' | 'start' | 'report';

const minuteMs = 60_000;

/**
 * Lambda invokes a failed function again after one minute and after two more (Lambda Developer Guide, "How Lambda handles errors and retries with
 * asynchronous invocation").
 */
const lambdaRetriesMs = 4 * minuteMs;

/**
 * The age after which a job is reported as failed instead of being started. CodePipeline ends an invoke action that has no result after 20 minutes
 * (CodePipeline User Guide, "Quotas in AWS CodePipeline"). An execution that starts later would deploy for an action that is over.
 */
const startLimitMs = 15 * minuteMs;

/** Returns the next step for a queued job. */
export function decideQueuedJobStep({ queuedAt }: QueuedJob, now: Date): QueuedJobStep {
  const age = now.getTime() - queuedAt.getTime();
  if (age < lambdaRetriesMs) return 'wait';
  return age < startLimitMs ? 'start' : 'report';
}

const formatQueuedJob = ({ id, queuedAt }: QueuedJob): string => `${queuedAt.toISOString()} ${id}`;

function parseQueuedJob(text: string): QueuedJob[] {
  const [time = '', id = ''] = text.split(' ');
  const queuedAt = new Date(time);
  return id === '' || Number.isNaN(queuedAt.getTime()) ? [] : [{ id, queuedAt }];
}

/** Returns the jobs in the poller's item (core/request/poller-lease.ts), oldest first. */
export function parseQueuedJobs(item: Record<string, unknown> | undefined): QueuedJob[] {
  const { queuedJobs } = item ?? {};
  const texts = queuedJobs instanceof Set ? [...queuedJobs].map(String) : [];
  return texts.toSorted().flatMap(parseQueuedJob);
}

/** Adds a job to the queue, a string set. Adding it twice at the same time has no further effect (API_UpdateItem, ADD). */
export const createQueueUpdate = (job: QueuedJob) => ({
  update: 'ADD queuedJobs :job',
  values: { ':job': new Set([formatQueuedJob(job)]) },
});

/** Removes a job from the queue. */
export const createDequeueUpdate = (job: QueuedJob) => ({
  update: 'DELETE queuedJobs :job',
  values: { ':job': new Set([formatQueuedJob(job)]) },
});

/** Returns the failure of a job that could not be started in time (CodePipeline API, FailureDetails). */
export const createNotStartedReport = ({ id, queuedAt }: QueuedJob) => ({
  type: 'SystemUnavailable' as const,
  message: `Gantry could not start an execution for the job ${id} since ${queuedAt.toISOString()}. Nothing was changed. Retry the action.`,
});
