import * as z from 'zod';
import { Failure } from '../errors/failure.ts';
import type { LeaseState } from '../model/state-data.ts';
import { calculateWaitSeconds } from '../waiting/interval.ts';

/** Who may change a service, as the table has it. `fence` grows with every new holder and never shrinks; a lease that was given back has run out. */
export interface Lease {
  /** The ARN of the execution. */
  holder: string;
  fence: number;
  /** ISO 8601, UTC. */
  until: string;
}

export const leaseSchema: z.ZodType<Lease> = z.object({
  holder: z.string(),
  fence: z.number(),
  until: z.iso.datetime({ offset: true }),
});
/** Check Target, Register Revision and Update Service take seconds; with the first retries of all three, two minutes. */
const leaseDurationMs = 180_000;

/** A write begins with this much left, so that none goes on after the end: a function is killed after 50 s (infra/system-workflow.ts). */
const maxWriteMs = 60_000;

/** An execution that wants to change the service. */
export interface LeaseRequester {
  execution: string;
  now: Date;
}

const remainingMs = ({ until }: Lease, now: Date): number => Date.parse(until) - now.getTime();

/** The lease of who takes it from now on, with the next fence. */
export const createLease = ({ execution, now }: LeaseRequester, before?: Lease): Lease => ({
  holder: execution,
  fence: (before?.fence ?? 0) + 1,
  until: new Date(now.getTime() + leaseDurationMs).toISOString(),
});

/**
 * Whose turn it is. Undefined: somebody else's. Otherwise the lease as it has to be written: with the next fence, or the same one where
 * nobody else came in between, so that a retry whose answer was lost finds its own.
 */
export function decideLease(found: Lease | undefined, asker: LeaseRequester): Lease | undefined {
  const next = createLease(asker, found);
  if (found?.holder === asker.execution) return { ...next, fence: found.fence };
  return found !== undefined && remainingMs(found, asker.now) > 0 ? undefined : next;
}

/** Over by every clock: whoever reads the table need not know what time it was where the lease was given back. */
const releasedUntil = new Date(0).toISOString();

/** The lease, given back: it has run out, and keeps its fence for the next holder. */
export const expireLease = (held: Lease): Lease => ({ ...held, until: releasedUntil });

/** Somebody has it, or ended without giving it back. */
export const isUnreleased = ({ until }: Lease): boolean => until !== releasedUntil;

/** Nobody else has or had it since the execution took it with this fence; it may have run out meanwhile. */
export const isLeaseHeldBy = (found: Lease, execution: string, fence: number): boolean =>
  found.holder === execution && found.fence === fence;

/** Lasts long enough for a write that begins now. */
export const isLongEnoughToWrite = (held: Lease, now: Date): boolean => remainingMs(held, now) > maxWriteMs;

/** The failure of a holder that lost its lease. Nothing is written after it. */
export const createLeaseLostFailure = (what: string, holder: string | undefined): Failure =>
  new Failure(
    'RevisionOutOfSync',
    `This execution lost its lease on ${what}${holder === undefined ? '' : ` to ${holder}`}: it was held up for longer than the lease lasts. ` +
      'Nothing more was done; release again to build on what runs now.',
  );

/** How the wait for another holder goes on. `until`: how long to wait at all; `since`: when it began. */
export interface LeaseWait {
  what: string;
  now: Date;
  since: Date;
  until: Date;
  /** Putting an old revision back cannot be given up: after the time it goes on without a lease. */
  insist: boolean;
}

/** The state's data while another execution holds the lease: look again in seconds. Throws JobFailed when the time for waiting is over. */
export function decideLeaseWait(other: Lease, { what, now, since, until, insist }: LeaseWait): LeaseState {
  if (now < until) {
    const next = calculateWaitSeconds(now.getTime() - since.getTime(), until.getTime() - now.getTime());
    const wait = Math.min(next, Math.max(1, Math.ceil(remainingMs(other, now) / 1000)));
    return { status: 'waiting', holder: other.holder, since: since.toISOString(), waitSeconds: wait };
  }
  const sentence = `Another execution, ${other.holder}, still had the lease on ${what} at ${until.toISOString()}`;
  if (insist) return { status: 'none', warning: `${sentence}; went on without.` };
  throw new Failure('JobFailed', `${sentence}, when this release's time was over.`);
}
