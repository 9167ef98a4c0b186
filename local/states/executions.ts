import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { checkName } from './check-name.ts';
import { dataLimit } from './limits.ts';
import type { SfnMachines } from './machines.ts';
import { startExecution } from './run-execution.ts';
import { executionStatus, type SfnExecution, type SfnMachine, stateMachineArn } from './state.ts';

const checkInput = (input: string): void => {
  if (Buffer.byteLength(input) > dataLimit)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${dataLimit}`,
    );
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${input}'`);
  }
};

/**
 * Starts an execution. If an execution with this name is running with the same input, returns that one. Throws ExecutionAlreadyExists if it has ended or has a
 * different input (botocore stepfunctions StartExecution).
 */
export function startOrGetExecution(machine: SfnMachine, { name, input }: { name: string; input: string }) {
  checkName(name);
  checkInput(input);
  const found = machine.executions.get(name);
  if (found !== undefined && (found.end !== undefined || found.input !== input))
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${found.arn}'`);
  const execution = found ?? startExecution(machine, name, input);
  return { executionArn: execution.arn, startDate: new Date(execution.startDate) };
}

/** Authorizes the call and returns the execution with this ARN; throws ExecutionDoesNotExist. */
export async function getAuthorizedExecution(
  machines: SfnMachines,
  call: Call,
  { action, arn }: { action: string; arn: string },
): Promise<SfnExecution> {
  const [, region = '', account = '', machine = '', name = ''] =
    /^arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12}):execution:([^:]+):([^:]+)$/.exec(arn) ?? [];
  if (name === '') throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  await call.allow(action, arn);
  const execution = machines.byArn.get(stateMachineArn(account, region, machine))?.executions.get(name);
  if (execution === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

/** Returns an execution in the format of ListExecutions. */
export const executionSummary = (execution: SfnExecution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine.arn,
  name: execution.name,
  status: executionStatus(execution),
  startDate: new Date(execution.startDate),
  ...(execution.stopDate === undefined ? {} : { stopDate: new Date(execution.stopDate) }),
});

/** Returns an execution in the format of DescribeExecution. */
export function executionView(execution: SfnExecution) {
  const { output, error, cause } = execution.end ?? {};
  return {
    ...executionSummary(execution),
    input: execution.input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveCount: 0,
  };
}

/** Returns one page of a list; a token is the position of the next page. Throws InvalidToken. */
export function pageItems<Item>(
  items: Item[],
  { nextToken = '0', maxResults }: { nextToken?: string | undefined; maxResults: number },
) {
  if (!/^\d+$/.test(nextToken)) throw new AwsError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const end = Number(nextToken) + maxResults;
  return { items: items.slice(Number(nextToken), end), next: end < items.length ? { nextToken: String(end) } : {} };
}
