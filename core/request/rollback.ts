import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { detectFailure } from '../events/failure-signal.ts';
import type { Target } from '../model/release.ts';
import type { FailureSignal, RollbackCause } from '../model/rollback-cause.ts';
import { targetSchema } from '../model/state-schemas.ts';
import { parseWithSchema } from '../parsing/validation.ts';
import { unwrapInput } from '../parsing/wrapped-input.ts';
import { findRevisionArnError } from './ecs-arn.ts';
import { mustBeObjectMessage, requestFieldSchemas } from './fields.ts';
import { parseTargetField } from './target.ts';

/** Why an execution of `rollback` was started, and for which services. */
export interface RollbackRequest {
  cause?: RollbackCause | undefined;
  targets: Target[];
  /** Further services that an alarm concerns if their own deployment configuration names it. */
  candidates: Target[];
  /** The patterns of services that the alarm may also concern, as targets whose `service` is a pattern. */
  patterns: Target[];
  /** The reason why there is nothing to do, if there is no cause or no target. */
  otherwise: string;
}

/** No event of EventBridge has the field `target`. An entry machine adds this field to any input, so an input with a target is manual. */
const anyEventSchema = z.looseObject({ 'detail-type': z.string(), target: z.undefined().optional() });
/** The schema is strict: the input must contain nothing besides the event. */
const wrappedEventSchema = z.strictObject({ event: anyEventSchema });

/** Returns the event that an input is or contains; undefined for a manual input. */
export function findEventInInput(input: unknown) {
  const given = unwrapInput(input);
  return wrappedEventSchema.safeParse(given).data?.event ?? anyEventSchema.safeParse(given).data;
}

/**
 * Parses the input of an execution of `rollback`: manual, an event, or `{"event": …}`. Throws a ConfigurationError with every validation error of a
 * manual input, and a correct input.
 */
export function parseRollbackRequest(input: unknown, config: Config, stage: string): RollbackRequest {
  const event = findEventInInput(input);
  if (event === undefined) return parseManualRollback(unwrapInput(input), config, stage);
  const found = detectFailure(event, config, stage);
  if (found === undefined)
    return {
      targets: [],
      candidates: [],
      patterns: [],
      otherwise: `An event of this kind, ${event['detail-type']}, is no reason to roll back.`,
    };
  const { signal, targets, candidates, patterns, origin } = found;
  return { cause: signal, targets, candidates, patterns, otherwise: explainNoTarget(signal, origin) };
}

const explainNoTarget = (signal: FailureSignal, origin: string): string =>
  signal.kind === 'alarm'
    ? `It speaks for no service of gantry.config.ts: ${origin}. An alarm speaks for a service if the service's \`alarms\` in gantry.config.ts or its own deploymentConfiguration.alarms name it.`
    : `It is about no service of gantry.config.ts: ${origin}.`;

function parseManualRollback(given: unknown, config: Config, stage: string): RollbackRequest {
  const { input, ...field } = parseTargetField(given, config, stage);
  const fields = requestFieldSchemas(config, stage);
  const { revision, reason: why, by: who } = fields;
  const hand = {
    target: field.schema,
    revision,
    reason: why,
    by: who,
    /** Step Functions adds this field if another state machine started the execution. */
    AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
  };
  const schema = z.strictObject(hand, mustBeObjectMessage).superRefine(({ revision: named = '', target }, context) => {
    // zod also checks the whole object if one of its fields is wrong.
    if (!targetSchema.safeParse(target).success) return;
    const message = findRevisionArnError(named, target);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['revision'], message });
  });
  const hint = `A correct input: {${field.example}} for the last good revision, or {${field.example}, "revision": "web:12"}.`;
  const request = parseWithSchema(schema, input, { what: 'The input', hint });
  const { target, reason, by } = request;
  const cause: RollbackCause = { kind: 'hand', revision: request.revision?.split('/').at(-1), reason, by };
  return { cause, targets: [target], candidates: [], patterns: [], otherwise: '' };
}
