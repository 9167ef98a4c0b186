import * as z from 'zod';
import { Failure } from '../errors/failure.ts';
import type { LeaseState } from '../model/state-data.ts';
import { formatTime } from '../parsing/time-text.ts';
import { calculateLeaseWaitSeconds } from '../waiting/interval.ts';
import { maxStaleReadMs } from './stale-read.ts';

/** The right to change a service, as the table records it. `fence` grows with every new holder and never shrinks. A released lease has expired. */
export interface Lease {
  /** The ARN of the execution. */
  holder: string;
  fence: number;
  /** ISO 8601, UTC. */
  until: string;
  /** Present if the holder has released the lease. Nobody can take it before `until`. */
  released?: true | undefined;
}

export const leaseSchema: z.ZodType<Lease> = z.object({
  holder: z.string(),
  fence: z.number(),
  until: z.iso.datetime({ offset: true }),
  released: z.literal(true).optional(),
});

/** Whether an answer about a lease is a lease, and not an error. */
export const isLease = (answer: unknown): answer is Lease => leaseSchema.safeParse(answer).success;

/** The length of a lease. Check Target, Register Revision and Update Service take seconds, or two minutes with the first retries of all three. */
const leaseDurationMs = 180_000;

/**
 * The time that must be left before a write begins, so that no write continues after the lease's end: a function is killed after 50 s
 * (infra/system-workflow.ts).
 */
const maxWriteMs = 60_000;

/** An execution that wants to change the service. */
export interface LeaseRequester {
  execution: string;
  now: Date;
}

const remainingMs = ({ until }: Lease, now: Date): number => Date.parse(until) - now.getTime();

/** Returns the requester's new lease, with the next fence. */
export const createLease = ({ execution, now }: LeaseRequester, before?: Lease): Lease => ({
  holder: execution,
  fence: (before?.fence ?? 0) + 1,
  until: new Date(now.getTime() + leaseDurationMs).toISOString(),
});

/**
 * Returns the lease to write; undefined if another execution holds the lease. The lease gets the next fence. If nobody else has held the lease in between,
 * it keeps its fence, so that a retry after a lost answer finds its own lease.
 */
export function decideLease(found: Lease | undefined, requester: LeaseRequester): Lease | undefined {
  const next = createLease(requester, found);
  if (found?.holder === requester.execution) return { ...next, fence: found.fence };
  return found !== undefined && remainingMs(found, requester.now) > 0 ? undefined : next;
}

/** Returns the lease extended by this number of seconds from now, for a holder that waits for a task. */
export const extendLease = (held: Lease, now: Date, seconds: number): Lease => ({
  ...held,
  until: new Date(Math.max(Date.parse(held.until), now.getTime() + seconds * 1000)).toISOString(),
});

/** Returns the lease under which tasks run. Throws JobFailed if there is no lease, because the table did not answer when the execution requested it. */
export function requireLeaseForTasks(lease: LeaseState | undefined): LeaseState & { status: 'held' } {
  if (lease?.status === 'held') return lease;
  throw new Failure(
    'JobFailed',
    'No pre-deploy task was run, because the table did not answer when this execution wanted the lease on the service. Release again.',
  );
}

/** Returns the lease after its release. The next holder cannot take it before DescribeServices shows everything that this holder wrote. */
export const markLeaseReleased = (held: Lease, now: Date): Lease => ({
  ...held,
  until: new Date(now.getTime() + maxStaleReadMs).toISOString(),
  released: true,
});

/**
 * Returns the lease after the death of its execution. A function of that execution can still run and write, for at most the time that a write is
 * allowed to take.
 */
export function expireLeaseOfDeadExecution(found: Lease, now: Date): Lease {
  const until = new Date(Math.min(Date.parse(found.until), now.getTime() + maxWriteMs + maxStaleReadMs));
  return { ...found, until: until.toISOString(), released: true };
}

/** Says which execution (its ARN) holds the lease, as a part of a sentence. */
export const formatLeaseHolder = (holder: string): string => `${holder} is changing the service`;

/** Whether an execution holds the lease, or ended without releasing it. */
export const isLeaseUnreleased = ({ released }: Lease): boolean => released !== true;

/** Whether the execution still holds the lease that it took with this fence: nobody else has held it since. The lease may have expired meanwhile. */
export const isLeaseHeldBy = (found: Lease, execution: string, fence: number): boolean =>
  found.holder === execution && found.fence === fence;

/** Whether the lease lasts long enough for a write that begins now. */
export const isLeaseLongEnoughToWrite = (held: Lease, now: Date): boolean => remainingMs(held, now) > maxWriteMs;

/** Returns the failure of a holder that lost its lease. The holder must not write anything after this. */
export const createLeaseLostFailure = (what: string, holder: string | undefined): Failure =>
  new Failure(
    'RevisionOutOfSync',
    `This execution lost its lease on ${what}${holder === undefined ? '' : ` to ${holder}`}: it was held up for longer than the lease lasts. ` +
      'Nothing more was done; release again to build on what runs now.',
  );

/**
 * A wait for another holder's lease. `until`: the end of the wait; `since`: its start; `wantedSince`: when the lease was first requested. If a rollback is
 * tried again, `wantedSince` is earlier than `since`.
 */
export interface LeaseWait {
  what: string;
  now: Date;
  since: Date;
  wantedSince: Date;
  until: Date;
  /** Whether a rollback waits for the lease. A rollback reports its job in time and is tried again. It never continues without the lease. */
  isRollback: boolean;
}

/** Returns the state's data while another execution holds the lease: the number of seconds until the next check. Throws JobFailed at the end of the wait. */
export function decideLeaseWait(
  other: Lease,
  { what, now, since, wantedSince, until, isRollback }: LeaseWait,
): LeaseState {
  if (now < until) {
    const next = calculateLeaseWaitSeconds(now.getTime() - wantedSince.getTime(), until.getTime() - now.getTime());
    const wait = Math.min(next, Math.max(1, Math.ceil(remainingMs(other, now) / 1000)));
    return { status: 'waiting', holder: other.holder, since: since.toISOString(), waitSeconds: wait };
  }
  const sentence = `Another execution, ${other.holder}, still had the lease on ${what} at ${formatTime(until)}`;
  const consequence = isRollback ? '. The rollback is tried again.' : ", when this release's time was over.";
  throw new Failure('JobFailed', sentence + consequence);
}
