import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Task } from './shapes.ts';

/** A Task without a time-out may take 99,999,999 s on AWS (states-language.net/spec.html); the library would give it 60 s. */
const longestTask = 99_999_999;

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
  'TimeoutSecondsPath',
];
const lambdaArn = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+$/;

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

function checkCovered(name: string, state: State): void {
  const field = notPlayed.find((unplayed) => unplayed in state);
  if (field !== undefined) throw notCovered(`${field} of the state '${name}'`);
  if (state.Type === 'Task' && !lambdaArn.test(String(state.Resource)))
    throw notCovered(`the Resource ${state.Resource} of the state '${name}', only the ARN of a Lambda function`);
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : error}`);
  }
};

const taskOf = (name: string, state: State): Task => ({
  name,
  resource: String(state.Resource),
  timeoutInSeconds: typeof state.TimeoutSeconds === 'number' ? state.TimeoutSeconds : undefined,
});

const isDefinition = z.custom<StateMachineDefinition>((value) => scope.safeParse(value).success);

/** A function computes at the wall's speed, so a task's time-out is counted on the wall, and never on a clock that stands still meanwhile. */
const playedTimeout = ({ TimeoutSeconds: asked }: State, speed: number): number =>
  typeof asked === 'number' && speed > 0 ? asked * speed : longestTask;

/**
 * Reads a definition as the library is to play it on a clock of this speed, with its tasks. Throws InvalidDefinition, and
 * NotCovered for what would be played otherwise than on AWS: `$$.State` and `$$.Task`, JSONata, task tokens, other services' tasks.
 */
export function readDefinition(text: string, speed: number): { definition: StateMachineDefinition; tasks: Task[] } {
  const definition = parsed(text);
  const [context] = /\$\$\.(State|Task)\b/.exec(text) ?? [];
  if (context !== undefined) throw notCovered(`${context} of the context object`);
  const all = statesOf(definition);
  for (const [name, state] of all) checkCovered(name, state);
  const tasks = all.filter(([, { Type }]) => Type === 'Task');
  const read = tasks.map(([name, state]) => taskOf(name, state));
  for (const [, state] of tasks) state.TimeoutSeconds = playedTimeout(state, speed);
  return { definition: isDefinition.parse(definition), tasks: read };
}
