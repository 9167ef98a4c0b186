import { config } from './config.ts';
import type { PlanRun } from './run-plan.ts';
import { artifactSecret } from './setup.ts';

/** All temporary keys that AWS has given us in this run. */
const given = ({ effects }: PlanRun): string[] =>
  effects.flatMap(({ operation, answer }) => {
    if (operation === 'AssumeRole') return [answer.Credentials.SecretAccessKey, answer.Credentials.SessionToken];
    if (operation !== 'PollForJobs') return [];
    return answer.jobs.flatMap(({ data }: { data?: { artifactCredentials?: Record<string, string> } }) => {
      const { secretAccessKey, sessionToken } = data?.artifactCredentials ?? {};
      return [secretAccessKey, sessionToken].filter((key) => typeof key === 'string');
    });
  });

/** A sleep's begin in an execution's history: here a task token may be read, and in the item that it lays down, and nowhere else. */
const sleepBegins = 'updateItem.waitForTaskToken';

interface HistoryEvent {
  taskScheduledEventDetails?: { resource: string; parameters: string };
}

/** The task token of a sleep's begin. */
const tokenOf = ({ taskScheduledEventDetails: begin }: HistoryEvent): string | undefined =>
  begin?.resource === sleepBegins
    ? JSON.parse(begin.parameters).ExpressionAttributeValues[':sleeper'].M.token.S
    : undefined;

/** The histories of all executions, event by event. */
async function historiesOf({ stage }: PlanRun): Promise<HistoryEvent[]> {
  const admin = stage.admin(config.build.account);
  const machines = (await admin('states', 'ListStateMachines', {})) as { stateMachines: { stateMachineArn: string }[] };
  const executions = machines.stateMachines.map(async ({ stateMachineArn }) => {
    const listed = await admin('states', 'ListExecutions', { stateMachineArn, maxResults: 1000 });
    return (listed as { executions: { executionArn: string }[] }).executions;
  });
  const histories = (await Promise.all(executions)).flat().map(async ({ executionArn }) => {
    const history = await admin('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 });
    return (history as { events: HistoryEvent[] }).events;
  });
  return (await Promise.all(histories)).flat();
}

/** Everything that we say to anybody, piece by piece: where it is said, and the text. */
function said({ stage, effects, events }: PlanRun, histories: HistoryEvent[]): [string, string][] {
  const calls = effects.filter(({ operation }) => /^(Put|Update|Register|Start|Tag)/.test(operation));
  return [
    ['the log', stage.log.join('')],
    ['the history of an execution', JSON.stringify(histories)],
    ...events.map((event): [string, string] => [`an event of ${event.source}`, JSON.stringify(event)]),
    ...calls.map(({ operation, input }): [string, string] => [operation, JSON.stringify(input)]),
  ];
}

const holds = (texts: [string, string][], secrets: string[], what: string): string[] =>
  texts.flatMap(([where, text]) => (secrets.some((secret) => text.includes(secret)) ? [`${what} is in ${where}`] : []));

/** 5. No credential, no content of an artifact and no task token in anything that is said. */
export async function findLeakedSecrets(played: PlanRun): Promise<string[]> {
  const histories = await historiesOf(played);
  const tokens = histories.flatMap((event) => tokenOf(event) ?? []);
  const awake = {
    ...played,
    effects: played.effects.filter(({ input }) => input.UpdateExpression !== 'SET #sleeper = :sleeper'),
  };
  // The pipeline itself puts the artifact where it belongs.
  const all = said(played, histories).filter(([where]) => where !== 'PutObject');
  const unslept = said(
    awake,
    histories.filter((event) => tokenOf(event) === undefined),
  );
  return [
    ...holds(all, [...new Set(given(played)), artifactSecret], 'a secret'),
    ...holds(unslept, tokens, 'a task token'),
  ];
}
