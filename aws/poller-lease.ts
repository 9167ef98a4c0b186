import {
  createAcquireLeaseUpdate,
  createClearWakeUpsUpdate,
  createReleaseLeaseUpdate,
  createSetLeaseEndUpdate,
  isPollerLeaseFree,
  pollerLeaseKey,
  wakeUpUpdate,
} from '../core/request/poller-lease.ts';
import {
  createDequeueUpdate,
  createQueueUpdate,
  parseQueuedJobs,
  type QueuedJob,
} from '../core/request/queued-jobs.ts';
import { isTableUnavailable, type TableUnavailable, updateItem } from './dynamodb.ts';

/** The invocation that asks for the lease: its unique identity, and the time. */
export interface Poller {
  holder: string;
  now: Date;
}

/**
 * The maximum number of tries to take the lease or to record a wake-up. A second try is needed if the poller that held the lease ended before the wake-up
 * was recorded. After the last try, the schedule starts the next poll.
 */
const maxTries = 3;

/** The poller has the lease. `queued`: the jobs that could not be started, from the same item. */
export interface HeldPollerLease {
  queued: QueuedJob[];
}

/**
 * Takes the poller's lease, or leaves the wake-up to the poller that holds it. If the table does not answer, another poller may be running, and the caller
 * polls anyway.
 */
export async function takePollerLease(poller: Poller): Promise<HeldPollerLease | 'left to another' | TableUnavailable> {
  for (let tries = 0; tries < maxTries; tries++) {
    const taken = await updateItem(pollerLeaseKey, createAcquireLeaseUpdate(poller.holder, poller.now));
    if (isTableUnavailable(taken)) return taken;
    if (taken !== 'refused') return { queued: parseQueuedJobs(taken.before) };
    const recorded = await updateItem(pollerLeaseKey, wakeUpUpdate);
    if (isTableUnavailable(recorded)) return recorded;
    if (recorded !== 'refused' && !isPollerLeaseFree(recorded.before, poller.now)) return 'left to another';
  }
  return 'left to another';
}

/** Releases the lease. If a wake-up was recorded in the meantime, the poller keeps the lease instead, and polls again. */
export async function releasePollerLease({ holder }: Poller): Promise<'released' | 'poll again'> {
  if ((await updateItem(pollerLeaseKey, createReleaseLeaseUpdate(holder))) !== 'refused') return 'released';
  const taken = await updateItem(pollerLeaseKey, createClearWakeUpsUpdate(holder));
  return taken === 'refused' || isTableUnavailable(taken) ? 'released' : 'poll again';
}

/**
 * Makes the lease end the given number of ms after the poller's start, even if a wake-up was recorded. If the table does not answer, the lease ends
 * by itself.
 */
export async function setPollerLeaseEnd({ holder, now }: Poller, afterMs: number): Promise<void> {
  await updateItem(pollerLeaseKey, createSetLeaseEndUpdate(holder, new Date(now.getTime() + afterMs)));
}

/** Queues a job by its id. `unavailable`: the table did not answer, so the job is not queued. */
export const queueJob = async (job: QueuedJob): Promise<'queued' | TableUnavailable> => {
  const written = await updateItem(pollerLeaseKey, createQueueUpdate(job));
  return isTableUnavailable(written) ? written : 'queued';
};

/** Removes a job from the queue. If the table does not answer, the job stays queued, and its next start finds its execution. */
export async function dequeueJob(job: QueuedJob): Promise<void> {
  await updateItem(pollerLeaseKey, createDequeueUpdate(job));
}
