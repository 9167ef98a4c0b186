import {
  acquireLease,
  endLeaseAt,
  isLeaseFree,
  pollerLeaseKey,
  recordWakeUp,
  releaseLease,
  takeWakeUps,
} from '../core/request/poller-lease.ts';
import { isTableUnavailable, type TableUnavailable, updateItem } from './dynamodb.ts';

/** Who asks for the lease: an identity that no other invocation has, and the time. */
export interface Poller {
  holder: string;
  now: Date;
}

/** How often the lease can become free between the refusal and the record of the wake-up, before the schedule has to help. */
const maxTries = 3;

/**
 * Takes the poller's lease, or leaves the wake-up to the poller that holds it.
 * Without the table nobody can be kept out: the caller polls all the same.
 */
export async function takePollerLease(poller: Poller): Promise<'held' | 'left to another' | TableUnavailable> {
  for (let tries = 0; tries < maxTries; tries++) {
    const taken = await updateItem(pollerLeaseKey, acquireLease(poller.holder, poller.now));
    if (isTableUnavailable(taken)) return taken;
    if (taken !== 'refused') return 'held';
    const recorded = await updateItem(pollerLeaseKey, recordWakeUp);
    if (isTableUnavailable(recorded)) return recorded;
    if (recorded !== 'refused' && !isLeaseFree(recorded.before, poller.now)) return 'left to another';
  }
  return 'left to another';
}

/** Gives the lease back, or finds that a wake-up was recorded meanwhile: then the lease is still held, and the caller polls again. */
export async function releasePollerLease({ holder }: Poller): Promise<'released' | 'poll again'> {
  if ((await updateItem(pollerLeaseKey, releaseLease(holder))) !== 'refused') return 'released';
  const taken = await updateItem(pollerLeaseKey, takeWakeUps(holder));
  return taken === 'refused' || isTableUnavailable(taken) ? 'released' : 'poll again';
}

/** Lets the lease end so many ms after the poller's start, whatever was recorded. If the table does not answer, the lease ends by itself. */
export async function endPollerLease({ holder, now }: Poller, afterMs: number): Promise<void> {
  await updateItem(pollerLeaseKey, endLeaseAt(holder, new Date(now.getTime() + afterMs)));
}
