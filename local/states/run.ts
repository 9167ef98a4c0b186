import { tooLarge } from './failure.ts';
import { eventOf, isFull, mostEvents, record, withInput, withOutput } from './history.ts';
import type { Played } from './library.ts';
import { dataLimit, type End, type Execution, type Machine, statusOf } from './shapes.ts';
import { playTask } from './task.ts';

/** Starts an execution of a machine and plays it in the background; answers it as it is at its start. */
export function startExecution(machine: Machine, name: string, input: string): Execution {
  const { arn, account, region, roleArn, cloud } = machine;
  const execution: Execution = {
    machine,
    arn: `arn:aws:states:${region}:${account}:execution:${machine.name}:${name}`,
    name,
    input,
    startDate: cloud.clock.now(),
    history: [],
    abort: () => undefined,
  };
  machine.executions.set(name, execution);
  record(execution, 'ExecutionStarted', { ...withInput(JSON.parse(input)), roleArn });
  publish(execution);
  const run = machine.player.run(JSON.parse(input), {
    noThrowOnAbort: true,
    context: {
      Execution: {
        Id: execution.arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: roleArn,
        StartTime: new Date(execution.startDate).toISOString(),
      },
      StateMachine: { Id: arn, Name: machine.name },
    },
    playTask: (asked, attempt) => playTask(execution, asked, attempt),
  });
  execution.abort = run.abort;
  // Each way to fail is among the events too, which is where it is read.
  run.result.catch(() => undefined);
  void follow(execution, run.eventLogs);
  return execution;
}

async function follow(execution: Execution, played: AsyncIterable<Played>): Promise<void> {
  for await (const event of played) {
    if (execution.end === undefined) note(execution, event);
  }
}

/** Writes one event of the library into the history and ends the execution where the event, or a limit, says so. */
function note(execution: Execution, played: Played): void {
  const end = endOf(played);
  const event = eventOf(played);
  if (end !== undefined) finish(execution, end);
  else if (isFull(execution.history)) finish(execution, fullHistory);
  else if (event !== undefined) record(execution, event.type, event.details);
  const large = tooLargeState(played);
  if (large !== undefined) finish(execution, { status: 'FAILED', ...tooLarge(large) });
}

const fullHistory: End = {
  status: 'FAILED',
  error: 'States.Runtime',
  cause: `The execution reached the maximum number of history events (${mostEvents}).`,
};

const tooLargeState = (played: Played): string | undefined => {
  if (played.type !== 'StateExited') return undefined;
  const text = JSON.stringify(played.state.output ?? null);
  return Buffer.byteLength(text) > dataLimit ? played.state.name : undefined;
};

function endOf(played: Played): End | undefined {
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

const lastEvent = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', ABORTED: 'Aborted' };

/** Ends an execution: its last event, its status, the news on the bus. What has ended stays as it is. */
export function finish(execution: Execution, end: End): void {
  if (execution.end !== undefined) return;
  const { status, output, error, cause } = end;
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  record(execution, `Execution${lastEvent[status]}`, output === undefined ? details : withOutput(JSON.parse(output)));
  execution.end = end;
  execution.stopDate = execution.machine.cloud.clock.now();
  execution.abort();
  publish(execution);
}

/** Escaped input and output are left out beyond 248 KiB (docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html). */
const eventLimit = 248 * 1024;

/** Tells the account's event bus the execution's status. */
function publish(execution: Execution): void {
  const { machine, arn, name, startDate, stopDate, end } = execution;
  const size = (text = ''): number => Buffer.byteLength(JSON.stringify(text));
  const outputIncluded = size(end?.output) <= eventLimit;
  const inputIncluded = size(execution.input) + size(end?.output) <= eventLimit;
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
      status: statusOf(execution),
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
