import { formatTime } from '../assumptions/time-format.ts';
import { regionalArn } from '../partition.ts';
import { dataLimitExceeded } from './failure.ts';
import {
  inputDetails,
  isHistoryFull,
  maxHistoryEvents,
  outputDetails,
  recordHistoryEvent,
  toHistoryEvent,
} from './history.ts';
import type { AslEvent } from './library-types.ts';
import { dataLimit } from './limits.ts';
import { runTask } from './run-task.ts';
import { executionStatus, type SfnExecution, type SfnExecutionEnd, type SfnMachine } from './state.ts';

/** Starts an execution of a machine and runs it in the background; returns it in its initial state. */
export function startExecution(machine: SfnMachine, name: string, input: string): SfnExecution {
  const { arn, account, region, roleArn, cloud } = machine;
  const execution: SfnExecution = {
    machine,
    arn: regionalArn('states', { account, region }, `execution:${machine.name}:${name}`),
    name,
    input,
    startDate: cloud.clock.now(),
    endListeners: [],
    history: [],
    abort: () => undefined,
  };
  machine.executions.set(name, execution);
  recordHistoryEvent(execution, 'ExecutionStarted', { ...inputDetails(JSON.parse(input)), roleArn });
  publishStatus(execution);
  const run = machine.runnable.run(JSON.parse(input), {
    noThrowOnAbort: true,
    context: {
      Execution: {
        Id: execution.arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: roleArn,
        StartTime: formatTime(cloud, new Date(execution.startDate).toISOString()),
      },
      StateMachine: { Id: arn, Name: machine.name },
    },
    runTask: (request, attempt) => runTask(execution, request, attempt),
  });
  execution.abort = run.abort;
  // The library also emits every failure as an event. The handler of that event reports it.
  run.result.catch(() => undefined);
  void followEvents(execution, run.eventLogs);
  return execution;
}

async function followEvents(execution: SfnExecution, played: AsyncIterable<AslEvent>): Promise<void> {
  for await (const event of played) {
    if (execution.end === undefined) recordLibraryEvent(execution, event);
  }
}

/** Records one event of the library in the history, and ends the execution if the event or a limit requires it. */
function recordLibraryEvent(execution: SfnExecution, played: AslEvent): void {
  const end = toExecutionEnd(played);
  const event = toHistoryEvent(played);
  if (end !== undefined) endExecution(execution, end);
  else if (isHistoryFull(execution.history)) endExecution(execution, historyLimitReached);
  else if (event !== undefined) recordHistoryEvent(execution, event.type, event.details);
  const large = findOversizedState(played);
  if (large !== undefined) endExecution(execution, { status: 'FAILED', ...dataLimitExceeded(large) });
}

const historyLimitReached: SfnExecutionEnd = {
  status: 'FAILED',
  error: 'States.Runtime',
  cause: `The execution reached the maximum number of history events (${maxHistoryEvents}).`,
};

const findOversizedState = (played: AslEvent): string | undefined => {
  if (played.type !== 'StateExited') return undefined;
  const text = JSON.stringify(played.state.output ?? null);
  return Buffer.byteLength(text) > dataLimit ? played.state.name : undefined;
};

function toExecutionEnd(played: AslEvent): SfnExecutionEnd | undefined {
  if (played.type === 'ExecutionSucceeded') return { status: 'SUCCEEDED', output: JSON.stringify(played.output) };
  if (played.type === 'ExecutionTimeout') return { status: 'TIMED_OUT', error: 'States.Timeout' };
  if (played.type === 'ExecutionFailed')
    return {
      status: 'FAILED',
      error: played.Error || undefined,
      cause: (typeof played.Cause === 'string' ? played.Cause : JSON.stringify(played.Cause)) || undefined,
    };
  return undefined;
}

const endEventTypes = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', ABORTED: 'Aborted' };

/** Ends an execution: its last event, its status, the event on the bus. An execution that has ended does not change. */
export function endExecution(execution: SfnExecution, end: SfnExecutionEnd): void {
  if (execution.end !== undefined) return;
  const { status, output, error, cause } = end;
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  recordHistoryEvent(
    execution,
    `Execution${endEventTypes[status]}`,
    output === undefined ? details : outputDetails(JSON.parse(output)),
  );
  execution.end = end;
  execution.stopDate = execution.machine.cloud.clock.now();
  execution.abort();
  publishStatus(execution);
  for (const listen of execution.endListeners.splice(0)) listen();
}

/** Escaped input and output over 248 KiB are omitted (docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html). */
const eventDataLimit = 248 * 1024;

/** Publishes the execution's status on the account's event bus. */
function publishStatus(execution: SfnExecution): void {
  const { machine, arn, name, startDate, stopDate, end } = execution;
  const size = (text = ''): number => Buffer.byteLength(JSON.stringify(text));
  const outputIncluded = size(end?.output) <= eventDataLimit;
  const inputIncluded = size(execution.input) + size(end?.output) <= eventDataLimit;
  machine.cloud.publish({
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: machine.account,
    region: machine.region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machine.arn,
      name,
      status: executionStatus(execution),
      startDate,
      stopDate: stopDate ?? null,
      input: inputIncluded ? execution.input : null,
      inputDetails: { included: inputIncluded },
      output: (outputIncluded ? end?.output : undefined) ?? null,
      outputDetails: end?.output === undefined ? null : { included: outputIncluded },
      error: end?.error ?? null,
      cause: end?.cause ?? null,
    },
  });
}
