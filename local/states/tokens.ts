import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { dataLimit } from './limits.ts';
import type { OpenTask, TaskTokens } from './state.ts';

/**
 * Authorizes the call and returns the task that waits for this token. Throws InvalidToken, also for a token of another account
 * or Region (docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html), and TaskTimedOut if the task has ended in
 * any way. TaskDoesNotExist is for activities, which do not exist here (botocore stepfunctions).
 */
export async function getWaitingTask(tokens: TaskTokens, call: Call, token: string): Promise<OpenTask> {
  await call.allow(`states:${call.operation}`, '*');
  const found = tokens.get(token);
  if (found?.machine.account !== call.caller.account || found.machine.region !== call.region)
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  if (!found.open.isOpen())
    throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  return found.open;
}

/** Parses the text of a task's output. Throws InvalidOutput. */
export function parseOutput(output: string) {
  if (Buffer.byteLength(output) > dataLimit)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to ${dataLimit}`,
    );
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${error instanceof Error ? error.message : error}'`);
  }
}
