import { setImmediate as turn } from 'node:timers/promises';
import { AwsError } from '../aws-error.ts';
import { checkDataSize, TaskFailure } from './failure.ts';
import { inputDetails, outputDetails, recordHistoryEvent } from './history.ts';
import { findIntegration, type TaskIntegration, toTaskFailure } from './integrations.ts';
import type { JsonValue, TaskAttempt } from './library-types.ts';
import { findStartedExecution, toNestedResult } from './nested-execution.ts';
import { toCamelCase } from './pascal-case.ts';
import type { OpenTask, SfnExecution } from './state.ts';

interface RunningAttempt {
  execution: SfnExecution;
  integration: TaskIntegration;
  attempt: TaskAttempt;
  open: OpenTask;
}

/** Runs one attempt of a Task and records its events in the history. */
export function runTask(execution: SfnExecution, input: JsonValue, attempt: TaskAttempt): Promise<JsonValue> {
  const { cloud, tokens } = execution.machine;
  const integration = findIntegration(attempt.resource);
  if (integration === undefined) throw new Error(`${attempt.resource} is not covered`);
  const open = openTask(execution, integration, attempt);
  if (attempt.token !== undefined) tokens.set(attempt.token, { machine: execution.machine, open });
  // While a task waits for its token, nothing else runs, so a jumping clock can jump to the task's time-out.
  const submitted = cloud.clock.freezeDuring(callAndSettle({ execution, integration, attempt, open }, input));
  submitted.catch((error) => open.fail(error, attempt.token === undefined ? 'Failed' : 'SubmitFailed'));
  return open.result;
}

function openTask(execution: SfnExecution, integration: TaskIntegration, attempt: TaskAttempt): OpenTask {
  const { eventPrefix, eventFields } = integration;
  const { promise: result, resolve, reject } = Promise.withResolvers<JsonValue>();
  let isOpen = true;
  const end = (settle: () => void, type?: string, details?: object): void => {
    if (!isOpen) return;
    isOpen = false;
    cancel();
    attempt.abortSignal.removeEventListener('abort', abort);
    if (type !== undefined) recordHistoryEvent(execution, `${eventPrefix}${type}`, { ...eventFields, ...details });
    settle();
  };
  const fail: OpenTask['fail'] = (error, how = 'Failed') => end(() => reject(error), how, failureDetails(error));
  const abort = () => end(() => reject(new TaskFailure('States.Runtime', 'The execution has ended.', true)));
  const waits = attempt.token !== undefined || integration.waitsForExecution === true;
  const cancel = startTimeout(execution, { ...attempt, waits }, () => fail(attempt.createTimeoutError(), 'TimedOut'));
  attempt.abortSignal.addEventListener('abort', abort);
  if (attempt.abortSignal.aborted) abort();
  return {
    result,
    isOpen: () => isOpen,
    succeed: (output) => end(() => resolve(output), 'Succeeded', outputDetails(output)),
    fail,
  };
}

const failureDetails = ({ name: error, message: cause }: Error) => ({
  ...(error === '' ? {} : { error }),
  ...(cause === '' ? {} : { cause }),
});

/**
 * Calls `act` when an attempt has timed out. The time-out of a wait for a token or an execution counts simulated time. The time-out of a call counts wall-clock
 * time with a scaled clock, because the called code runs at wall-clock speed. A jumping clock stands still during a call.
 */
function startTimeout(
  { machine }: SfnExecution,
  { timeoutInSeconds, waits }: Pick<TaskAttempt, 'timeoutInSeconds'> & { waits: boolean },
  act: () => void,
) {
  const { clock } = machine.cloud;
  const speed = waits ? 1 : clock.sharedTime[2] || 1;
  return timeoutInSeconds === undefined ? () => undefined : clock.after(timeoutInSeconds * 1000 * speed, act);
}

async function callAndSettle(
  { execution, integration, attempt, open }: RunningAttempt,
  input: JsonValue,
): Promise<void> {
  // The library emits earlier events in promises of its own; after one turn of the event loop the history contains all of them.
  await turn();
  if (!open.isOpen()) return;
  const request = inputDetails(input);
  checkDataSize(request.input, attempt.name);
  recordTaskStarted(execution, integration, attempt, request);
  const answer = integration.resultOf(await callService(execution, integration, input));
  const output = outputDetails(answer);
  checkDataSize(output.output, attempt.resource);
  if (attempt.token === undefined && !integration.waitsForExecution) return open.succeed(answer);
  if (!open.isOpen()) return;
  recordHistoryEvent(execution, 'TaskSubmitted', { ...integration.eventFields, ...output });
  if (integration.waitsForExecution) followNestedExecution({ execution, integration, attempt, open }, answer);
}

/** Ends the task when the nested execution ends. Stops the nested execution if the task is aborted. Both calls use the machine's role. */
function followNestedExecution({ execution, integration, attempt, open }: RunningAttempt, answer: unknown): void {
  const nested = findStartedExecution(execution.machine, toCamelCase(answer));
  const call = (operation: string) =>
    callService(execution, { ...integration, operation, toOperationInput: toCamelCase }, { ExecutionArn: nested.arn });
  const stop = () => void call('StopExecution').catch(() => undefined);
  const settle = (): void => {
    attempt.abortSignal.removeEventListener('abort', stop);
    const described = execution.machine.cloud.clock.freezeDuring(call('DescribeExecution'));
    described.then(toNestedResult).then(open.succeed).catch(open.fail);
  };
  attempt.abortSignal.addEventListener('abort', stop);
  if (nested.end === undefined) nested.endListeners.push(settle);
  else settle();
}

function recordTaskStarted(
  execution: SfnExecution,
  { eventPrefix, eventFields }: TaskIntegration,
  { resource, timeoutInSeconds }: TaskAttempt,
  request: ReturnType<typeof inputDetails>,
): void {
  const { region } = execution.machine;
  const details =
    eventFields === undefined ? { resource, ...request } : { ...eventFields, region, parameters: request.input };
  recordHistoryEvent(execution, `${eventPrefix}Scheduled`, {
    ...details,
    ...(timeoutInSeconds && { timeoutInSeconds }),
  });
  recordHistoryEvent(execution, `${eventPrefix}Started`, eventFields);
}

/** Calls a task's service as the machine's role; the service's errors become the machine's errors. */
async function callService(
  { machine, name }: SfnExecution,
  integration: TaskIntegration,
  input: JsonValue,
): Promise<unknown> {
  const { cloud, region, roleArn } = machine;
  const caller = cloud.iam.session(roleArn, name.slice(0, 64));
  const { service, operation } = integration;
  try {
    return await cloud.invoke(service, operation, integration.toOperationInput(input), { caller, region });
  } catch (error) {
    throw error instanceof AwsError
      ? toTaskFailure(integration, error, { requestId: cloud.uuid(), answers: cloud.answers })
      : error;
  }
}
