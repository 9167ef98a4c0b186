import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { takeLease } from '../aws/lease.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseStateSchema, targetSchema } from '../core/model/state-schemas.ts';
import { calculateReportDeadline } from '../core/rollback/report-time.ts';
import { decideLeaseWait } from '../core/service/lease.ts';
import { calculateRetrySeconds } from '../core/waiting/interval.ts';

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({
    release: z.object({ target: targetSchema, deadline: z.iso.datetime({ offset: true }) }),
    /** The state's own result from its previous run. */
    lease: leaseStateSchema.optional(),
    verdict: z.object({ at: z.iso.datetime({ offset: true }).optional() }).optional(),
    job: z.unknown().optional(),
    /** Present once the job's result has been reported. */
    report: z.unknown().optional(),
  }),
});

/**
 * The longest wait of a rollback in ms. It is longer than a lease, so that the lease of a dead holder has expired. After this time, a rollback reports its
 * result and tries again.
 */
const maxRollbackWaitMs = 5 * 60_000;

/** Returns the end of the wait. A rollback must not delay its job's result beyond the time at which the result is due. */
function calculateWaitEnd({ release, verdict, job, report }: WaitInput, since: Date): Date {
  const deadline = new Date(release.deadline);
  if (verdict?.at === undefined) return deadline;
  const longest = new Date(since.getTime() + maxRollbackWaitMs);
  const latest = calculateReportDeadline(deadline);
  return job !== undefined && report === undefined && latest < longest ? latest : longest;
}

type WaitInput = z.infer<typeof eventSchema>['input'];

/** Returns the present lease, with the time to wait before a failed rollback is tried again. */
const withRetryWait = (lease: LeaseState, { verdict }: WaitInput, now: Date): LeaseState => ({
  ...lease,
  retrySeconds: calculateRetrySeconds(verdict?.at === undefined ? now : new Date(verdict.at), now),
});

/** State Take Lease: only one execution at a time changes a service; the others wait for the lease. */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, clockAndLogger): Promise<LeaseState> =>
    withRetryWait(await requestLease(execution, input, clockAndLogger), input, clockAndLogger.now),
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
  if ('taken' in answer) return { status: 'held', fence: answer.taken.fence, until: answer.taken.until };
  const since = input.lease?.status === 'waiting' ? new Date(input.lease.since) : now;
  const until = calculateWaitEnd(input, since);
  const failedAt = input.verdict?.at;
  const wantedSince = failedAt === undefined ? since : new Date(failedAt);
  const turn = { what: target.service, now, since, wantedSince, until, isRollback: failedAt !== undefined };
  logger.info('Another execution has the lease', { held: answer.held });
  return decideLeaseWait(answer.held, turn);
}
