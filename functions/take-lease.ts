import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { takeLease } from '../aws/lease.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseStateSchema, targetSchema } from '../core/model/state-schemas.ts';
import { reportDeadline } from '../core/rollback/outcome.ts';
import { decideLeaseWait } from '../core/service/lease.ts';

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({
    release: z.object({ target: targetSchema, deadline: z.iso.datetime({ offset: true }) }),
    /** The state's own answer of the last time. */
    lease: leaseStateSchema.optional(),
    verdict: z.object({ at: z.iso.datetime({ offset: true }).optional() }).optional(),
    job: z.unknown().optional(),
  }),
});

/** Longer than a lease lasts, so that a dead holder's has run out: then an old revision is put back without one. */
const maxRollbackWaitMs = 5 * 60_000;

/** Until when to wait. A way back must not make a pipeline wait past the time at which its job has to be told. */
function calculateWaitEnd({ release, verdict, job }: z.infer<typeof eventSchema>['input']): Date {
  const deadline = new Date(release.deadline);
  if (verdict?.at === undefined) return deadline;
  const longest = new Date(Date.parse(verdict.at) + maxRollbackWaitMs);
  const latest = reportDeadline(deadline);
  return job !== undefined && latest < longest ? latest : longest;
}

/** State Take Lease: one execution at a time changes a service. Whoever comes second waits its turn. */
export const handler = lambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, { now, logger }): Promise<LeaseState> => {
    const { target } = input.release;
    const answer = await takeLease(target, { execution, now });
    if (isTableUnavailable(answer)) {
      logger.warn('There is no lease to be had', { why: answer.unavailable });
      return {
        status: 'none',
        warning: `Without a lease, since the table did not answer: ${answer.unavailable}. Another deployment of ${target.service} at the same time would not have waited.`,
      };
    }
    if ('took' in answer) return { status: 'held', fence: answer.took.fence, until: answer.took.until };
    const until = calculateWaitEnd(input);
    const since = input.lease?.status === 'waiting' ? new Date(input.lease.since) : now;
    const turn = { what: target.service, now, since, until, insist: input.verdict?.at !== undefined };
    logger.info('Another execution has the lease', { held: answer.held });
    return decideLeaseWait(answer.held, turn);
  },
);
