import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { type ClockAndLogger, lambdaHandler } from '../aws/lambda.ts';
import { takeLease } from '../aws/lease.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseStateSchema, targetSchema } from '../core/model/state-schemas.ts';
import { reportDeadline } from '../core/rollback/outcome.ts';
import { decideLeaseWait } from '../core/service/lease.ts';
import { calculateRetrySeconds } from '../core/waiting/interval.ts';

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({
    release: z.object({ target: targetSchema, deadline: z.iso.datetime({ offset: true }) }),
    /** The state's own answer of the last time. */
    lease: leaseStateSchema.optional(),
    verdict: z.object({ at: z.iso.datetime({ offset: true }).optional() }).optional(),
    job: z.unknown().optional(),
    /** Present once the job's result was reported. */
    report: z.unknown().optional(),
  }),
});

/** Longer than a lease lasts, so that a dead holder's has run out: after this time a rollback goes on without a lease. */
const maxRollbackWaitMs = 5 * 60_000;

/** Until when to wait. A rollback must not make a pipeline wait past the time at which its job's result is due. */
function calculateWaitEnd({ release, verdict, job, report }: WaitInput, since: Date): Date {
  const deadline = new Date(release.deadline);
  if (verdict?.at === undefined) return deadline;
  const longest = new Date(since.getTime() + maxRollbackWaitMs);
  const latest = reportDeadline(deadline);
  return job !== undefined && report === undefined && latest < longest ? latest : longest;
}

type WaitInput = z.infer<typeof eventSchema>['input'];

/** The lease as it is now, and when a rollback that fails is to be tried again. */
const withRetryWait = (lease: LeaseState, { verdict }: WaitInput, now: Date): LeaseState => ({
  ...lease,
  retrySeconds: calculateRetrySeconds(verdict?.at === undefined ? now : new Date(verdict.at), now),
});

/** State Take Lease: one execution at a time changes a service. The next one waits for its turn. */
export const handler = lambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, around): Promise<LeaseState> =>
    withRetryWait(await requestLease(execution, input, around), input, around.now),
);

async function requestLease(execution: string, input: WaitInput, { now, logger }: ClockAndLogger): Promise<LeaseState> {
  const { target } = input.release;
  const answer = await takeLease(target, { execution, now });
  if (isTableUnavailable(answer)) {
    logger.warn('No lease can be taken', { why: answer.unavailable });
    return {
      status: 'none',
      warning: `Without a lease, since the table did not answer: ${answer.unavailable}. Another deployment of ${target.service} at the same time would not have waited.`,
    };
  }
  if ('took' in answer) return { status: 'held', fence: answer.took.fence, until: answer.took.until };
  const since = input.lease?.status === 'waiting' ? new Date(input.lease.since) : now;
  const until = calculateWaitEnd(input, since);
  const turn = { what: target.service, now, since, until, insist: input.verdict?.at !== undefined };
  logger.info('Another execution has the lease', { held: answer.held });
  return decideLeaseWait(answer.held, turn);
}
