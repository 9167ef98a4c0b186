import { config } from './config.ts';
import type { PlanRun } from './plan-run.ts';
import { artifactSecret } from './setup.ts';

/** Returns all temporary credentials that AWS issued in this run. */
const issuedSecrets = ({ effects }: PlanRun): string[] =>
  effects.flatMap(({ operation, answer }) => {
    if (operation === 'AssumeRole') return [answer.Credentials.SecretAccessKey, answer.Credentials.SessionToken];
    if (operation !== 'PollForJobs') return [];
    return answer.jobs.flatMap(({ data }: { data?: { artifactCredentials?: Record<string, string> } }) => {
      const { secretAccessKey, sessionToken } = data?.artifactCredentials ?? {};
      return [secretAccessKey, sessionToken].filter((key) => typeof key === 'string');
    });
  });

/** The call that starts a wait. A task token is allowed only in this call's event in an execution's history, and in the item that this call writes. */
const waitResource = 'updateItem.waitForTaskToken';

interface HistoryEvent {
  taskScheduledEventDetails?: { resource: string; parameters: string };
}

/** The task token in the event that starts a wait; undefined for any other event. */
const tokenOf = ({ taskScheduledEventDetails: scheduled }: HistoryEvent): string | undefined =>
  scheduled?.resource === waitResource
    ? JSON.parse(scheduled.parameters).ExpressionAttributeValues[':sleeper'].M.token.S
    : undefined;

/** Reads the events of all executions' histories. */
async function readHistories({ stage }: PlanRun): Promise<HistoryEvent[]> {
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

/** Returns every text that leaves the system, with its origin. */
function listOutputs({ stage, effects, events }: PlanRun, histories: HistoryEvent[]): [string, string][] {
  const calls = effects.filter(({ operation }) => /^(Put|Update|Register|Start|Tag)/.test(operation));
  return [
    ['the log', stage.log.join('')],
    ['the history of an execution', JSON.stringify(histories)],
    ...events.map((event): [string, string] => [`an event of ${event.source}`, JSON.stringify(event)]),
    ...calls.map(({ operation, input }): [string, string] => [operation, JSON.stringify(input)]),
  ];
}

const findSecrets = (texts: [string, string][], secrets: string[], what: string): string[] =>
  texts.flatMap(([where, text]) => (secrets.some((secret) => text.includes(secret)) ? [`${what} is in ${where}`] : []));

/** 5. No output contains a credential, content of an artifact or a task token. */
export async function findLeakedSecrets(run: PlanRun): Promise<string[]> {
  const histories = await readHistories(run);
  const tokens = histories.flatMap((event) => tokenOf(event) ?? []);
  const withoutWaits = {
    ...run,
    effects: run.effects.filter(({ input }) => input.UpdateExpression !== 'SET #sleeper = :sleeper'),
  };
  // The pipeline itself stores the artifact with PutObject.
  const all = listOutputs(run, histories).filter(([where]) => where !== 'PutObject');
  const otherOutputs = listOutputs(
    withoutWaits,
    histories.filter((event) => tokenOf(event) === undefined),
  );
  return [
    ...findSecrets(all, [...new Set(issuedSecrets(run)), artifactSecret], 'a secret'),
    ...findSecrets(otherOutputs, tokens, 'a task token'),
  ];
}
