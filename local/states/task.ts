import { setImmediate as turn } from 'node:timers/promises';
import { AwsError } from '../aws-error.ts';
import { checkSize, TaskFailure } from './failure.ts';
import { record, withInput, withOutput } from './history.ts';
import { failureOf, type Integration, integrationOf } from './integrations.ts';
import type { Attempt, Json } from './library.ts';
import type { Execution } from './shapes.ts';

/** An attempt of a task that is under way. It ends once, and the history tells how; what comes later is not heard. */
export interface Open {
  result: Promise<Json>;
  isOpen(): boolean;
  succeed(result: Json): void;
  fail(error: Error, how?: 'Failed' | 'SubmitFailed' | 'TimedOut'): void;
}

interface Playing {
  execution: Execution;
  integration: Integration;
  attempt: Attempt;
  open: Open;
}

/** Plays one attempt of a Task and writes its part of the history. */
export function playTask(execution: Execution, input: Json, attempt: Attempt): Promise<Json> {
  const { cloud, tokens } = execution.machine;
  const integration = integrationOf(attempt.resource);
  if (integration === undefined) throw new Error(`${attempt.resource} is not covered`);
  const open = openTask(execution, integration, attempt);
  if (attempt.token !== undefined) tokens.set(attempt.token, { machine: execution.machine, open });
  // Nothing goes on while a token is waited for, so that a clock may jump to its time-out.
  const submitted = cloud.clock.work(submit({ execution, integration, attempt, open }, input));
  submitted.catch((error) => open.fail(error, attempt.token === undefined ? 'Failed' : 'SubmitFailed'));
  return open.result;
}

function openTask(execution: Execution, integration: Integration, attempt: Attempt): Open {
  const { events, named } = integration;
  const { promise: result, resolve, reject } = Promise.withResolvers<Json>();
  let isOpen = true;
  const end = (settle: () => void, type?: string, details?: object): void => {
    if (!isOpen) return;
    isOpen = false;
    cancel();
    attempt.over.removeEventListener('abort', abort);
    if (type !== undefined) record(execution, `${events}${type}`, { ...named, ...details });
    settle();
  };
  const fail: Open['fail'] = (error, how = 'Failed') => end(() => reject(error), how, failureDetails(error));
  const abort = () => end(() => reject(new TaskFailure('States.Runtime', 'The execution has ended.', true)));
  const cancel = afterTimeout(execution, attempt, () => fail(attempt.timeout(), 'TimedOut'));
  attempt.over.addEventListener('abort', abort);
  if (attempt.over.aborted) abort();
  return {
    result,
    isOpen: () => isOpen,
    succeed: (output) => end(() => resolve(output), 'Succeeded', withOutput(output)),
    fail,
  };
}

const failureDetails = ({ name: error, message: cause }: Error) => ({
  ...(error === '' ? {} : { error }),
  ...(cause === '' ? {} : { cause }),
});

/**
 * Acts when an attempt has taken too long. A wait for a token takes simulated time. A call computes at the wall's speed: a clock that
 * is faster counts on the wall for it, a jumping one stands still meanwhile.
 */
function afterTimeout({ machine }: Execution, { timeoutInSeconds, token }: Attempt, act: () => void) {
  const { clock } = machine.cloud;
  const speed = token === undefined ? clock.shared[2] || 1 : 1;
  return timeoutInSeconds === undefined ? () => undefined : clock.after(timeoutInSeconds * 1000 * speed, act);
}

async function submit({ execution, integration, attempt, open }: Playing, input: Json): Promise<void> {
  // The library tells what happened before this in promises of their own; by the next turn the history has it all.
  await turn();
  if (!open.isOpen()) return;
  const asked = withInput(input);
  checkSize(asked.input, attempt.name);
  recordStart(execution, integration, attempt, asked);
  const answer = integration.resultOf(await call(execution, integration, input));
  const output = withOutput(answer);
  checkSize(output.output, attempt.resource);
  if (attempt.token === undefined) open.succeed(answer);
  else if (open.isOpen()) record(execution, 'TaskSubmitted', { ...integration.named, ...output });
}

function recordStart(
  execution: Execution,
  { events, named }: Integration,
  { resource, timeoutInSeconds }: Attempt,
  asked: ReturnType<typeof withInput>,
): void {
  const { region } = execution.machine;
  const details = named === undefined ? { resource, ...asked } : { ...named, region, parameters: asked.input };
  record(execution, `${events}Scheduled`, { ...details, ...(timeoutInSeconds && { timeoutInSeconds }) });
  record(execution, `${events}Started`, named);
}

/** Calls a task's service as the machine's role; what the service refuses becomes the machine's error. */
async function call({ machine, name }: Execution, integration: Integration, input: Json): Promise<unknown> {
  const { cloud, region, roleArn } = machine;
  const caller = cloud.iam.session(roleArn, name.slice(0, 64));
  const { service, operation } = integration;
  try {
    return await cloud.invoke(service, operation, integration.ask(input), { caller, region });
  } catch (error) {
    throw error instanceof AwsError ? failureOf(integration, error, cloud.uuid()) : error;
  }
}
