import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  InvalidArn,
  ListExecutionsCommand,
  type ListExecutionsInput,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { rethrowAsFailure } from '../core/errors/aws-failure.ts';
import { type DeadExecution, deadStatusSchema } from '../core/reporting/dead-execution.ts';
import type { ListedExecution } from '../core/reporting/sweep.ts';

const sfn = new SFNClient();

/** One step of an execution: `data` is the JSON of all that the states have handed on so far. */
export interface ExecutionStep {
  id: number;
  at: Date;
  /** Step Functions' own word, such as `TaskStateEntered`. */
  type: string;
  state?: string | undefined;
  data?: string | undefined;
}

const toExecutionStep = ({ id = 0, timestamp = new Date(0), type, ...event }: HistoryEvent): ExecutionStep => {
  const { stateEnteredEventDetails: entered, stateExitedEventDetails: left } = event;
  return {
    id,
    at: timestamp,
    type: type ?? '',
    state: entered?.name ?? left?.name,
    data: entered?.input ?? left?.output,
  };
};

/** What an execution did after the step with this number (0: from the beginning), the oldest first. */
export async function readStepsSince(executionArn: string, last: number): Promise<ExecutionStep[]> {
  const found: ExecutionStep[] = [];
  let nextToken: string | undefined;
  do {
    // The newest first: a long deployment has thousands of steps, and the watcher misses a few only.
    const answer = await sfn
      .send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100, nextToken }))
      .catch(rethrowAsFailure(`reading the history of ${executionArn}`));
    found.push(...(answer.events ?? []).map(toExecutionStep));
    nextToken = (found.at(-1)?.id ?? 0) > last + 1 ? answer.nextToken : undefined;
  } while (nextToken !== undefined);
  return found.filter(({ id }) => id > last).reverse();
}

/** The JSON of all that the states of an execution had handed on at its end; undefined where its last 100 events, in which a state has all its retries, hold none. */
export async function readLastData(executionArn: string): Promise<string | undefined> {
  const command = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 });
  const { events = [] } = await sfn.send(command).catch(rethrowAsFailure(`reading the history of ${executionArn}`));
  return events.map(toExecutionStep).find(({ data }) => data !== undefined)?.data;
}

/** An execution as Step Functions describes it; undefined where there is none. */
export async function findExecution(executionArn: string): Promise<DescribeExecutionOutput | undefined> {
  return sfn.send(new DescribeExecutionCommand({ executionArn })).catch((error: unknown) => {
    if (error instanceof ExecutionDoesNotExist || error instanceof InvalidArn) return undefined;
    return rethrowAsFailure(`describing the execution ${executionArn}`)(error);
  });
}

/** The same of one that ended otherwise than well; undefined of any other. */
export async function findDeadExecution(arn: string): Promise<DeadExecution | undefined> {
  const { status, startDate: start, input, error, cause } = (await findExecution(arn)) ?? {};
  const how = deadStatusSchema.safeParse(status).data;
  return how === undefined || start === undefined ? undefined : { arn, status: how, start, input, error, cause };
}

const toListedExecution = ({
  executionArn: arn,
  startDate: start,
  stopDate: stop,
}: ExecutionListItem): ListedExecution[] => (arn === undefined || start === undefined ? [] : [{ arn, start, stop }]);

/** A machine's executions that run now, the newest first. */
export const listRunningExecutions = (stateMachineArn: string): Promise<ListedExecution[]> =>
  listExecutions({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }, new Date(0));

/** A machine's executions that ended so and began after a moment. They come by their start, the newest first, so one page is the rule. */
export const listExecutionsSince = (
  stateMachineArn: string,
  statusFilter: DeadExecution['status'],
  since: Date,
): Promise<ListedExecution[]> => listExecutions({ stateMachineArn, statusFilter, maxResults: 100 }, since);

/** Page by page. One may be short although more follow (API_ListExecutions, maxResults): only the token tells. */
async function listExecutions(asked: ListExecutionsInput, since: Date): Promise<ListedExecution[]> {
  const found: ListedExecution[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await sfn
      .send(new ListExecutionsCommand({ ...asked, nextToken }))
      .catch(rethrowAsFailure(`listing the executions of ${asked.stateMachineArn} that are ${asked.statusFilter}`));
    found.push(...(answer.executions ?? []).flatMap(toListedExecution));
    const oldest = found.at(-1)?.start;
    nextToken = oldest === undefined || oldest >= since ? answer.nextToken : undefined;
  } while (nextToken !== undefined);
  return found.filter(({ start }) => start >= since);
}
