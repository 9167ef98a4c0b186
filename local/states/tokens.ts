import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { dataLimit } from './limits.ts';
import type { OpenTask, TaskTokens } from './state.ts';

/**
 * The task that waits for this token, after it was checked that the caller may answer for tasks. Throws InvalidToken for one of another
 * account or Region too (docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html), TaskTimedOut when the task has
 * ended, however it has. TaskDoesNotExist is for activities, of which there are none here (botocore stepfunctions).
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

/** The value that a text of output is. Throws InvalidOutput. */
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
