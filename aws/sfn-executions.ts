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

/** Every call only reads, so it can be sent again. Without a time-out, the client would wait forever for a connection that has failed without an error. */
const sfn = new SFNClient({
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
});

/** One step of an execution. `data` is the state data at this step, as JSON text. */
export interface ExecutionStep {
  id: number;
  at: Date;
  /** The type of the history event, such as `TaskStateEntered`. */
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

/** Returns the steps of an execution after the step with this number (0: all of them), oldest first. */
export async function readStepsAfter(executionArn: string, last: number): Promise<ExecutionStep[]> {
  const found: ExecutionStep[] = [];
  let nextToken: string | undefined;
  do {
    // Newest first, because a long deployment has thousands of steps and the watcher needs only the last few.
    const answer = await sfn
      .send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100, nextToken }))
      .catch(rethrowAsFailure(`reading the history of ${executionArn}`));
    found.push(...(answer.events ?? []).map(toExecutionStep));
    nextToken = (found.at(-1)?.id ?? 0) > last + 1 ? answer.nextToken : undefined;
  } while (nextToken !== undefined);
  return found.filter(({ id }) => id > last).reverse();
}

/** Returns the newest steps of an execution, oldest first: at most 100, with one call. */
export async function readNewestSteps(executionArn: string): Promise<ExecutionStep[]> {
  const command = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 });
  const { events = [] } = await sfn.send(command).catch(rethrowAsFailure(`reading the history of ${executionArn}`));
  return events.map(toExecutionStep).reverse();
}

/** Returns the state data at an execution's end as JSON text. Reads its last 100 events, enough for all retries of a state; undefined if they contain none. */
export const readLastStateData = async (executionArn: string): Promise<string | undefined> =>
  (await readNewestSteps(executionArn)).findLast(({ data }) => data !== undefined)?.data;

/** Returns Step Functions' description of an execution; undefined if there is none. */
export async function findExecution(executionArn: string): Promise<DescribeExecutionOutput | undefined> {
  return sfn.send(new DescribeExecutionCommand({ executionArn })).catch((error: unknown) => {
    if (error instanceof ExecutionDoesNotExist || error instanceof InvalidArn) return undefined;
    return rethrowAsFailure(`describing the execution ${executionArn}`)(error);
  });
}

/** Returns an execution that failed, timed out or was aborted; undefined if the execution did not end in this way, or does not exist. */
export async function findDeadExecution(arn: string): Promise<DeadExecution | undefined> {
  const { status, startDate: start, input, error, cause } = (await findExecution(arn)) ?? {};
  const deadStatus = deadStatusSchema.safeParse(status).data;
  if (deadStatus === undefined || start === undefined) return undefined;
  return { arn, status: deadStatus, start, input, error, cause };
}

const toListedExecution = ({
  executionArn: arn,
  startDate: start,
  stopDate: stop,
}: ExecutionListItem): ListedExecution[] => (arn === undefined || start === undefined ? [] : [{ arn, start, stop }]);

/** Returns a state machine's running executions, newest first. */
export const listRunningExecutions = (stateMachineArn: string): Promise<ListedExecution[]> =>
  listExecutions({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }, new Date(0));

/** Returns a state machine's executions that have this status and started after `since`. Step Functions lists the newest starts first, so one page is usually enough. */
export const listExecutionsSince = (
  stateMachineArn: string,
  statusFilter: DeadExecution['status'],
  since: Date,
): Promise<ListedExecution[]> => listExecutions({ stateMachineArn, statusFilter, maxResults: 100 }, since);

/** A page can be short although more pages follow (API_ListExecutions, maxResults); only a missing token marks the last page. */
async function listExecutions(filter: ListExecutionsInput, since: Date): Promise<ListedExecution[]> {
  const found: ListedExecution[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await sfn
      .send(new ListExecutionsCommand({ ...filter, nextToken }))
      .catch(rethrowAsFailure(`listing the executions of ${filter.stateMachineArn} that are ${filter.statusFilter}`));
    found.push(...(answer.executions ?? []).flatMap(toListedExecution));
    const oldest = found.at(-1)?.start;
    nextToken = oldest === undefined || oldest >= since ? answer.nextToken : undefined;
  } while (nextToken !== undefined);
  return found.filter(({ start }) => start >= since);
}
