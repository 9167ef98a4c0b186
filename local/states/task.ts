import { setImmediate as turn } from 'node:timers/promises';
import { AwsError } from '../aws-error.ts';
import { record, withInput, withOutput } from './history.ts';
import type { Json } from './library.ts';
import { dataLimit, type Execution, type Task } from './shapes.ts';

/** An error as the machine's Retry and Catch see it: `name` is Error, `message` is Cause. */
class TaskFailure extends Error {
  /** The library asks both: States.ALL does not match an error that ends the execution (docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(error: string, cause: string, ends = false) {
    super(cause);
    this.name = error;
    this.isRetryable = !ends;
    this.isCatchable = !ends;
  }
}

/** The error of a state or task whose result is larger than a state may hold. */
export const tooLarge = (what: string) => ({
  error: 'States.DataLimitExceeded',
  cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
});

const checkSize = (text: string, what: string): void => {
  const { error, cause } = tooLarge(what);
  if (Buffer.byteLength(text) > dataLimit) throw new TaskFailure(error, cause, true);
};

interface Answer {
  failed: boolean;
  text: string;
}

/** Calls the task's function as the machine's role. Lambda's own refusals become `Lambda.…` errors. */
async function invoke({ machine, name }: Execution, { resource }: Task, input: string): Promise<Answer> {
  const { cloud, region, roleArn } = machine;
  const caller = cloud.iam.session(roleArn, name.slice(0, 64));
  const asked = { FunctionName: resource, Payload: input };
  try {
    const answer = await cloud.invoke('lambda', 'Invoke', asked, { caller, region });
    return answerOf(answer);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const known = error.name === 'AccessDeniedException' ? 'AWSLambdaException' : error.name;
    const cause = `${error.message} (Service: Lambda, Status Code: ${error.status}, Request ID: ${cloud.uuid()})`;
    throw new TaskFailure(`Lambda.${known}`, cause);
  }
}

const answerOf = (answer: unknown): Answer => {
  if (typeof answer !== 'object' || answer === null || !('Payload' in answer)) return { failed: false, text: 'null' };
  return { failed: 'FunctionError' in answer, text: String(answer.Payload) };
};

/** Lambda's error report becomes the state's error: its errorType, and the whole report as text. */
function resultOf({ failed, text }: Answer, { resource }: Task): Json {
  if (failed) throw new TaskFailure(JSON.parse(text).errorType ?? 'Lambda.Unknown', text);
  checkSize(text, resource);
  return JSON.parse(text);
}

/** Plays one attempt of a Task and writes its part of the history. */
export async function playTask(execution: Execution, task: Task, input: unknown): Promise<Json> {
  const running = () => execution.end === undefined;
  // The library tells what happened before this in promises of their own; by the next turn the history has it all.
  await turn();
  if (!running()) throw new TaskFailure('States.Runtime', 'The execution has ended.', true);
  const asked = withInput(input);
  checkSize(asked.input, task.name);
  const { resource, timeoutInSeconds } = task;
  record(execution, 'LambdaFunctionScheduled', { resource, ...asked, ...(timeoutInSeconds && { timeoutInSeconds }) });
  record(execution, 'LambdaFunctionStarted');
  const scheduled = execution.history.length;
  // A task whose own time-out came first has been written off in the history already.
  const awaited = () => running() && execution.history[scheduled]?.type !== 'LambdaFunctionTimedOut';
  try {
    const result = resultOf(await invoke(execution, task, asked.input), task);
    if (awaited()) record(execution, 'LambdaFunctionSucceeded', withOutput(result));
    return result;
  } catch (error) {
    if (error instanceof TaskFailure && awaited())
      record(execution, 'LambdaFunctionFailed', { error: error.name, cause: error.message });
    throw error;
  }
}
