import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { targetsOf } from '../config/targets.ts';
import { noticed } from '../events/failure-signal.ts';
import type { Target } from '../model/release.ts';
import type { Cause } from '../model/rollback-cause.ts';
import { parse } from '../parsing/validation.ts';
import { fieldsOf, isOfTarget, mustBeObject } from './fields.ts';
import { targetField } from './target.ts';
import { givenIn } from './wrapped-input.ts';

/** Why an execution of `rollback` was started, and the services that it may be about. */
export interface RollbackRequest {
  cause?: Cause | undefined;
  targets: Target[];
  /** Why nothing is to do, where there is no cause or no target. */
  otherwise: string;
}

const anyEvent = z.looseObject({ 'detail-type': z.string() });
const kept = z.object({ event: anyEvent });

/** The event that an input is, or that it holds; undefined for one by hand. */
export const eventIn = (input: unknown) => kept.safeParse(input).data?.event ?? anyEvent.safeParse(input).data;

/** Understands the input of an execution of `rollback`, by hand, an event, or `{"event": …}`. Throws a ConfigurationError with all the mistakes of a person, and a correct input. */
export function parseRollback(input: unknown, config: Config, stage: string): RollbackRequest {
  const event = eventIn(input);
  if (event === undefined) return byHand(givenIn(input), config, stage);
  const found = noticed(event, config, stage);
  if (found === undefined)
    return { targets: [], otherwise: `An event of this kind, ${event['detail-type']}, is no reason to go back.` };
  const { sign, targets, origin } = found;
  return { cause: sign, targets, otherwise: `It is about no service of gantry.config.ts: ${origin}.` };
}

function byHand(input: unknown, config: Config, stage: string): RollbackRequest {
  const fields = fieldsOf(config, stage);
  const { revision, reason: why, by: who } = fields;
  const hand = { target: targetField(input, config, stage), revision, reason: why, by: who, ...laterFields };
  const schema = z
    .strictObject(hand, mustBeObject)
    .refine((asked) => asked.revision === undefined || isOfTarget(asked.revision, asked.target), {
      path: ['revision'],
      message: "must be of the target's own account and Region",
    });
  const [example] = targetsOf(config, stage);
  const hint = `A correct input: {"target": "${example?.name}"} for the last good revision, or {"target": "${example?.name}", "revision": "web:12"}.`;
  const asked = parse(schema, input, { what: 'The input', hint });
  const { target, reason, by } = asked;
  const cause: Cause = { kind: 'hand', revision: asked.revision?.split('/').at(-1), reason, by };
  return { cause, targets: [target], otherwise: '' };
}

/** What the states add to the input (state-machines/rollback.asl.json), and Step Functions where another machine started us. */
const laterFields = {
  ...Object.fromEntries(
    ['decision', 'release', 'plan', 'rollout', 'verdict', 'lease', 'record'].map((name) => [
      name,
      z.unknown().optional(),
    ]),
  ),
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
};
