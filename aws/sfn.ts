import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { executionArnOf } from '../core/config/resource-names.ts';
import { failing, failureOf } from '../core/errors/aws-failure.ts';
import type { Known } from '../core/request/job-restart.ts';

const sfn = new SFNClient();

/**
 * Starts an execution. Answers false where one of this name is over or has another input; the same name and input while it runs is a
 * success (docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html), so asking twice is safe.
 */
export async function start(stateMachineArn: string, name: string, input: string): Promise<boolean> {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw failureOf(error, `starting the execution ${name}`);
  }
}

/** How the execution of this name stands, with its output where it succeeded. */
export async function describe(stateMachineArn: string, name: string): Promise<Known> {
  const executionArn = executionArnOf(stateMachineArn, name);
  const answer = await sfn
    .send(new DescribeExecutionCommand({ executionArn }))
    .catch(failing(`describing the execution ${name}`));
  return { status: answer.status ?? 'unknown', output: answer.output };
}

/** The input of an execution, by its ARN, as JSON. */
export async function executionInput(executionArn: string): Promise<string> {
  const answer = await sfn
    .send(new DescribeExecutionCommand({ executionArn }))
    .catch(failing(`describing the execution ${executionArn}`));
  return answer.input ?? '';
}
