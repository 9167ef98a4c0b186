import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';

const sfn = new SFNClient();

/** Ends the wait of the task that a token stands for. What it says of itself is nothing: who wakes looks for itself. Answers why it could not, also where nobody sleeps there any more. */
export async function wakeExecution(taskToken: string): Promise<string | undefined> {
  try {
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
