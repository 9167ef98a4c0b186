import * as z from 'zod';
import type { TableKey } from '../model/table-keys.ts';

/**
 * The lease that allows only one poller at a time. A poll may give each offered job a new nonce (AWS does not document it), so a second poll between
 * the first poll and the acknowledgement could make the acknowledgement fail. The item also counts the wake-ups that arrived while a poller held the
 * lease.
 */
export const pollerLeaseKey: TableKey = { pk: 'poller#take-job', sk: 'lease' };

/**
 * The length of the lease in ms. It is longer than take-job can run (50 s, infra/system-workflow.ts), so that a poller never outlives its lease, and
 * shorter than the minute after which Lambda invokes a failed function again.
 */
const leaseDurationMs = 55_000;

/**
 * If a poller has started another execution for a job, it keeps the lease for this time (in ms). In this time, the execution can acknowledge the job itself.
 */
export const leaseAfterRestartMs = 15_000;

/** A change of the lease item, in DynamoDB's syntax. */
interface LeaseUpdate {
  update: string;
  condition?: string;
  values: Record<string, unknown>;
}

/**
 * Takes the lease if it is free, or if an earlier try of the same call took it. `holder` is unique to one invocation. The item can exist without a lease, if
 * a job was queued or a wake-up was recorded before the first poll.
 */
export const createAcquireLeaseUpdate = (holder: string, now: Date): LeaseUpdate => ({
  update: 'SET holder = :holder, heldUntil = :until, wakeUps = :none',
  condition: 'attribute_not_exists(holder) OR heldUntil <= :now OR holder = :holder',
  values: { ':holder': holder, ':until': now.getTime() + leaseDurationMs, ':now': now.getTime(), ':none': 0 },
});

/** Records a wake-up, so that the poller that holds the lease polls once more. */
export const wakeUpUpdate: LeaseUpdate = { update: 'ADD wakeUps :one', values: { ':one': 1 } };

/** Deletes the recorded wake-ups immediately before the poll that answers them. */
export const createClearWakeUpsUpdate = (holder: string): LeaseUpdate => ({
  update: 'SET wakeUps = :none',
  condition: 'holder = :holder',
  values: { ':holder': holder, ':none': 0 },
});

/** Releases the lease, unless a wake-up was recorded since the last poll. */
export const createReleaseLeaseUpdate = (holder: string): LeaseUpdate => ({
  update: 'SET heldUntil = :past',
  condition: 'holder = :holder AND wakeUps = :none',
  values: { ':holder': holder, ':past': 0, ':none': 0 },
});

/** Makes the lease end at a given time, even if a wake-up was recorded. */
export const createSetLeaseEndUpdate = (holder: string, end: Date): LeaseUpdate => ({
  update: 'SET heldUntil = :end',
  condition: 'holder = :holder',
  values: { ':holder': holder, ':end': end.getTime() },
});

const leaseItemSchema = z.object({ heldUntil: z.number() });

/** Whether the lease was free when this item was read. If it was free, the last poller may have ended without seeing the wake-up. */
export const isPollerLeaseFree = (item: unknown, now: Date): boolean => {
  const { data } = leaseItemSchema.safeParse(item);
  return data === undefined || data.heldUntil <= now.getTime();
};
