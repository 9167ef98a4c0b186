import * as z from 'zod';
import { isUnavailable } from '../aws/dynamodb.ts';
import { door } from '../aws/lambda.ts';
import { takeLease } from '../aws/lease.ts';
import { leasing, target } from '../core/model/state-schemas.ts';
import type { Leasing } from '../core/model/states.ts';
import { latestFor } from '../core/rollback/outcome.ts';
import { queued } from '../core/service/lease.ts';

const event = z.object({
  execution: z.string(),
  input: z.object({
    release: z.object({ target, deadline: z.iso.datetime() }),
    /** The state's own answer of the last time. */
    lease: leasing.optional(),
    verdict: z.object({ at: z.iso.datetime().optional() }).optional(),
    job: z.unknown().optional(),
  }),
});

/** Longer than a lease lasts, so that a dead holder's has run out: then an old revision is put back without one. */
const rollBackMs = 5 * 60_000;

/** Until when to wait. A way back must not make a pipeline wait past the time at which its job has to be told. */
function waitUntil({ release, verdict, job }: z.infer<typeof event>['input']): Date {
  const deadline = new Date(release.deadline);
  if (verdict?.at === undefined) return deadline;
  const longest = new Date(Date.parse(verdict.at) + rollBackMs);
  const latest = latestFor(deadline);
  return job !== undefined && latest < longest ? latest : longest;
}

/** State Take Lease: one execution at a time changes a service. Whoever comes second waits its turn. */
export const handler = door(event.parse, async ({ execution, input }, { now, logger }): Promise<Leasing> => {
  const { target } = input.release;
  const answer = await takeLease(target, { execution, now });
  if (isUnavailable(answer)) {
    logger.warn('There is no lease to be had', { why: answer.unavailable });
    return {
      status: 'none',
      warning: `Without a lease, since the table did not answer: ${answer.unavailable}. Another deployment of ${target.service} at the same time would not have waited.`,
    };
  }
  if ('took' in answer) return { status: 'held', fence: answer.took.fence, until: answer.took.until };
  const until = waitUntil(input);
  const since = input.lease?.status === 'waiting' ? new Date(input.lease.since) : now;
  const turn = { what: target.service, now, since, until, insist: input.verdict?.at !== undefined };
  logger.info('Another execution has the lease', { held: answer.held });
  return queued(answer.held, turn);
});
