import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';
import { findIntegration, type TaskIntegration } from './integrations.ts';

const statesSchema = z.record(z.string(), z.looseObject({ Type: z.string() }));
const scopeSchema = z.looseObject({ StartAt: z.string(), States: statesSchema });
const transitionSchema = z.looseObject({ Next: z.string().optional(), Default: z.string().optional() });
const choicesSchema = z.looseObject({
  Choices: z.array(transitionSchema).default([]),
  Catch: z.array(transitionSchema).default([]),
});
type State = z.infer<typeof statesSchema>[string];

/** Fields that change what a machine does and that the library would silently ignore. */
const unsupportedFields = [
  'QueryLanguage',
  'Assign',
  'Arguments',
  'Output',
  'Credentials',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
];

const invalidDefinition = (text: string): AwsError =>
  new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${text}'`);

const notCovered = (what: string): AwsError =>
  new AwsError('NotCovered', `The embedded Step Functions does not cover ${what}.`, 501);

/**
 * Returns every state with its name, including those of branches and iterators, and checks that each transition leads to an
 * existing state beside it.
 */
function collectStates(definition: unknown): [string, State][] {
  const parsed = scopeSchema.safeParse(definition);
  if (!parsed.success) throw invalidDefinition(`SCHEMA_VALIDATION_FAILED: ${z.prettifyError(parsed.error)}`);
  const { StartAt, States } = parsed.data;
  const missing = [StartAt, ...Object.values(States).flatMap(transitionTargets)].find(
    (name) => !Object.hasOwn(States, name),
  );
  if (missing !== undefined) throw invalidDefinition(`MISSING_TRANSITION_TARGET: there is no state '${missing}'`);
  return Object.entries(States).flatMap(([name, state]) => [[name, state], ...innerStates(state)]);
}

const transitionTargets = (state: State): string[] => {
  const { Choices, Catch } = choicesSchema.parse(state);
  return [transitionSchema.parse(state), ...Choices, ...Catch].flatMap(({ Next, Default }) =>
    [Next ?? [], Default ?? []].flat(),
  );
};

const innerStates = ({ Branches, ItemProcessor, Iterator }: State): [string, State][] =>
  [...(Array.isArray(Branches) ? Branches : []), ItemProcessor, Iterator].filter(Boolean).flatMap(collectStates);

function checkCovered(name: string, state: State, cloud: Cloud): void {
  const field = unsupportedFields.find((unplayed) => unplayed in state);
  if (field !== undefined) throw notCovered(`${field} of the state '${name}'`);
  if (state.Type === 'Pass' && 'Result' in state && !state.Result)
    throw notCovered(`a Result of ${JSON.stringify(state.Result)} of the state '${name}'`);
  if (state.Type === 'Task') checkTask(name, state, cloud);
}

const parametersSchema = z.object({ Parameters: z.record(z.string(), z.unknown()).default({}) });

/** Functions are resolved when they are called; for other services the operation and its parameters are checked here. */
function checkTask(name: string, state: State, cloud: Cloud): void {
  const integration = findIntegration(String(state.Resource));
  if (integration === undefined) throw notCovered(`the Resource ${state.Resource} of the state '${name}'`);
  if (integration.eventFields === undefined) return;
  const unknown = findUncovered(integration, Object.keys(parametersSchema.parse(state).Parameters), cloud);
  if (unknown !== undefined) throw notCovered(`${unknown} of the state '${name}'`);
}

/** Returns what the embedded service does not support: the operation or some of its parameters. */
function findUncovered(
  { service, operation, toOperationInput }: TaskIntegration,
  keys: string[],
  cloud: Cloud,
): string | undefined {
  const found = cloud.services.get(service)?.operations[operation];
  if (found === undefined) return `the operation ${service} ${operation}`;
  const request = toOperationInput(Object.fromEntries(keys.map((key) => [key.replace(/\.\$$/, ''), null])));
  const issue = found.input.safeParse(request).error?.issues.find(({ code }) => code === 'unrecognized_keys');
  return issue?.code === 'unrecognized_keys' ? `the parameter ${issue.keys.join(', ')}` : undefined;
}

const choiceRuleSchema = z.looseObject({ Variable: z.string(), Next: z.string().optional() });

/**
 * In the library, a type test with the value `false` never matches. It is rewritten as `Not` of the same test with `true`,
 * which the library supports.
 */
function rewriteFalseTest(_key: string, value: unknown): unknown {
  const { data } = choiceRuleSchema.safeParse(value);
  const [test] = Object.entries(data ?? {}).find(([key, expected]) => /^Is[A-Z]/.test(key) && expected === false) ?? [];
  if (data === undefined || test === undefined) return value;
  const { Next, ...request } = data;
  return { Not: { ...request, [test]: true }, ...(Next === undefined ? {} : { Next }) };
}

const rewriteChoices = (key: string, value: unknown): unknown =>
  key === 'Choices' ? JSON.parse(JSON.stringify(value), rewriteFalseTest) : value;

const parseDefinition = (text: string): unknown => {
  try {
    return JSON.parse(text, rewriteChoices);
  } catch (error) {
    throw invalidDefinition(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : error}`);
  }
};

const definitionSchema = z.custom<StateMachineDefinition>((value) => scopeSchema.safeParse(value).success);

/**
 * Parses a definition for the library. Throws InvalidDefinition for an invalid definition. Throws NotCovered for parts that would behave differently than on
 * AWS: JSONata, heartbeats, and tasks of services and operations that this cloud does not have.
 */
export function readDefinition(text: string, cloud: Cloud): StateMachineDefinition {
  const definition = parseDefinition(text);
  for (const [name, state] of collectStates(definition)) checkCovered(name, state, cloud);
  return definitionSchema.parse(definition);
}
