import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';
import { type Integration, integrationOf } from './integrations.ts';

const states = z.record(z.string(), z.looseObject({ Type: z.string() }));
const scope = z.looseObject({ StartAt: z.string(), States: states });
const leads = z.looseObject({ Next: z.string().optional(), Default: z.string().optional() });
const choices = z.looseObject({ Choices: z.array(leads).default([]), Catch: z.array(leads).default([]) });
type State = z.infer<typeof states>[string];

/** Fields that change what a machine does and that the library would pass over without a word. */
const notPlayed = [
  'QueryLanguage',
  'Assign',
  'Arguments',
  'Output',
  'Credentials',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
];

const invalid = (text: string): AwsError =>
  new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${text}'`);

const notCovered = (what: string): AwsError =>
  new AwsError('NotCovered', `The embedded Step Functions does not cover ${what}.`, 501);

/** Every state with its name, those of branches and iterators included; each leads to states that exist beside it. */
function statesOf(definition: unknown): [string, State][] {
  const parsed = scope.safeParse(definition);
  if (!parsed.success) throw invalid(`SCHEMA_VALIDATION_FAILED: ${z.prettifyError(parsed.error)}`);
  const { StartAt, States } = parsed.data;
  const missing = [StartAt, ...Object.values(States).flatMap(targetsOf)].find((name) => !Object.hasOwn(States, name));
  if (missing !== undefined) throw invalid(`MISSING_TRANSITION_TARGET: there is no state '${missing}'`);
  return Object.entries(States).flatMap(([name, state]) => [[name, state], ...innerStates(state)]);
}

const targetsOf = (state: State): string[] => {
  const { Choices, Catch } = choices.parse(state);
  return [leads.parse(state), ...Choices, ...Catch].flatMap(({ Next, Default }) => [Next ?? [], Default ?? []].flat());
};

const innerStates = ({ Branches, ItemProcessor, Iterator }: State): [string, State][] =>
  [...(Array.isArray(Branches) ? Branches : []), ItemProcessor, Iterator].filter(Boolean).flatMap(statesOf);

function checkCovered(name: string, state: State, cloud: Cloud): void {
  const field = notPlayed.find((unplayed) => unplayed in state);
  if (field !== undefined) throw notCovered(`${field} of the state '${name}'`);
  if (state.Type === 'Pass' && 'Result' in state && !state.Result)
    throw notCovered(`a Result of ${JSON.stringify(state.Result)} of the state '${name}'`);
  if (state.Type === 'Task') checkTask(name, state, cloud);
}

const parameters = z.object({ Parameters: z.record(z.string(), z.unknown()).default({}) });

/** Functions are looked for when they are called; other services are asked here for operation and parameters. */
function checkTask(name: string, state: State, cloud: Cloud): void {
  const integration = integrationOf(String(state.Resource));
  if (integration === undefined) throw notCovered(`the Resource ${state.Resource} of the state '${name}'`);
  if (integration.named === undefined) return;
  const unknown = unknownIn(integration, Object.keys(parameters.parse(state).Parameters), cloud);
  if (unknown !== undefined) throw notCovered(`${unknown} of the state '${name}'`);
}

/** What the embedded service does not cover, of what a task asks it. */
function unknownIn({ service, operation }: Integration, keys: string[], cloud: Cloud): string | undefined {
  const found = cloud.services.get(service)?.operations[operation];
  if (found === undefined) return `the operation ${service} ${operation}`;
  const asked = Object.fromEntries(keys.map((key) => [key.replace(/\.\$$/, ''), undefined]));
  const issue = found.input.safeParse(asked).error?.issues.find(({ code }) => code === 'unrecognized_keys');
  return issue?.code === 'unrecognized_keys' ? `the parameter ${issue.keys.join(', ')}` : undefined;
}

const rule = z.looseObject({ Variable: z.string(), Next: z.string().optional() });

/** The library never finds a type test with `false` true; `Not` of the same with `true` says it in words that it plays. */
function playableRule(_key: string, value: unknown): unknown {
  const { data } = rule.safeParse(value);
  const [test] = Object.entries(data ?? {}).find(([key, said]) => /^Is[A-Z]/.test(key) && said === false) ?? [];
  if (data === undefined || test === undefined) return value;
  const { Next, ...asked } = data;
  return { Not: { ...asked, [test]: true }, ...(Next === undefined ? {} : { Next }) };
}

const playable = (key: string, value: unknown): unknown =>
  key === 'Choices' ? JSON.parse(JSON.stringify(value), playableRule) : value;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text, playable);
  } catch (error) {
    throw invalid(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : error}`);
  }
};

const isDefinition = z.custom<StateMachineDefinition>((value) => scope.safeParse(value).success);

/**
 * Reads a definition as the library is to play it. Throws InvalidDefinition, and NotCovered for what would be played otherwise than
 * on AWS: JSONata, heartbeats, tasks of services and operations that this cloud does not have.
 */
export function readDefinition(text: string, cloud: Cloud): StateMachineDefinition {
  const definition = parsed(text);
  for (const [name, state] of statesOf(definition)) checkCovered(name, state, cloud);
  return isDefinition.parse(definition);
}
