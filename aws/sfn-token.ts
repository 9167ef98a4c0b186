import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';

const sfn = new SFNClient();

/**
 * Ends the wait of the task with this token. `failed`: ECS reports that the watched deployment failed. The execution checks the service itself. Returns the
 * reason if it fails, e.g. if the task no longer waits.
 */
export async function wakeExecution(taskToken: string, failed: boolean): Promise<string | undefined> {
  try {
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ failed }) }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
