import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { buildExecutionArn } from '../core/config/resource-names.ts';
import { rethrowAsFailure, toFailure } from '../core/errors/aws-failure.ts';
import type { ExistingExecution } from '../core/request/job-restart.ts';

const sfn = new SFNClient();

/**
 * Starts an execution. Returns false if an execution of this name has ended or has another input. If an execution with the same name and input runs,
 * StartExecution succeeds (docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html), so a second call is safe.
 */
export async function startExecutionUnlessExists(
  stateMachineArn: string,
  name: string,
  input: string,
): Promise<boolean> {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw toFailure(error, `starting the execution ${name}`);
  }
}

/** Returns the status of the execution with this name, and its output if it succeeded. */
export async function describeExecution(stateMachineArn: string, name: string): Promise<ExistingExecution> {
  const executionArn = buildExecutionArn(stateMachineArn, name);
  const answer = await sfn
    .send(new DescribeExecutionCommand({ executionArn }))
    .catch(rethrowAsFailure(`describing the execution ${name}`));
  return { status: answer.status ?? 'unknown', output: answer.output };
}

/** Takes an execution's ARN; returns its input as JSON text. */
export async function readExecutionInput(executionArn: string): Promise<string> {
  const answer = await sfn
    .send(new DescribeExecutionCommand({ executionArn }))
    .catch(rethrowAsFailure(`describing the execution ${executionArn}`));
  return answer.input ?? '';
}
