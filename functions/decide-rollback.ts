import * as z from 'zod';
import config from '#config';
import { type Care, findCare } from '../aws/caring.ts';
import { door } from '../aws/lambda.ts';
import { lookBack, type Seen } from '../aws/rollback.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import type { Cause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/states.ts';
import { parse } from '../core/parsing/validation.ts';
import { parseRollback, type RollbackRequest } from '../core/request/rollback.ts';
import { decideRollback } from '../core/rollback/decide.ts';
import { factsFrom, sightOf } from '../core/rollback/observation.ts';
import { rollbackDecision } from '../core/rollback/release-data.ts';
import { caresFor, declines } from '../core/rollback/responsible-release.ts';

const stage = process.env.STAGE ?? defaultStage;

const event = z.object({ execution: z.string(), input: z.unknown() });

/** State Decide Rollback: whether and how to go back, and why so. Asked again under the lease, it looks again. */
export const handler = door(
  (given) => {
    const { execution, input } = event.parse(given);
    return { execution, request: parseRollback(input, config, stage) };
  },
  async ({ execution, request }, { now, logger }): Promise<RollbackDecision> => {
    const decision = await decide(request, execution, now);
    logger.info(`To go back: ${decision.do}`, { reason: decision.reason });
    return decision;
  },
);

async function decide(
  { cause, targets, otherwise }: RollbackRequest,
  execution: string,
  now: Date,
): Promise<RollbackDecision> {
  const sights = targets.map((target) => lookBack(sightOf(target, cause, config), execution, now));
  const seen = lastDeployed(await Promise.all(sights));
  if (seen === undefined || cause === undefined) return { do: 'nothing', reason: otherwise };
  const facts = factsFrom(seen, cause, { config, now });
  // Asked only where something would be done: to find out may take a call for each execution that runs.
  const care = decideRollback(facts).do === 'nothing' ? {} : await careFor(seen, cause);
  const known = { ...facts, ...care };
  return rollbackDecision(known, decideRollback(known));
}

/** Of several services that an alarm speaks for, the one that was deployed last is suspected. */
const lastDeployed = (seen: Seen[]): Seen | undefined =>
  seen.toSorted((a, b) => (b.newest?.createdAt.getTime() ?? 0) - (a.newest?.createdAt.getTime() ?? 0))[0];

/** Who takes care of the newest deployment, or declined a way back; a person may go back all the same. */
async function careFor({ target, newest }: Seen, cause: Cause): Promise<Care> {
  if (cause.kind === 'hand' || newest === undefined) return {};
  const begun = { target, since: newest.createdAt };
  const caring = { cares: caresFor(begun, config, stage), declines: declines(begun, config, stage) };
  return findCare(machine(), begun, caring);
}

const machine = (): string =>
  parse(z.object({ STATE_MACHINE_ARN: z.string() }), process.env, { what: 'The environment of decide-rollback' })
    .STATE_MACHINE_ARN;
