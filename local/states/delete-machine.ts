import type { Call } from '../cloud.ts';
import type { SfnMachines } from './machines.ts';
import { endExecution } from './run-execution.ts';

/** Ends the machine's executions and deletes the machine. Deleting a machine that does not exist succeeds (botocore stepfunctions DeleteStateMachine). */
export async function deleteMachine({ byArn }: SfnMachines, arn: string, call: Call): Promise<void> {
  await call.allow('states:DeleteStateMachine', arn);
  for (const execution of byArn.get(arn)?.executions.values() ?? []) endExecution(execution, { status: 'ABORTED' });
  byArn.delete(arn);
}
