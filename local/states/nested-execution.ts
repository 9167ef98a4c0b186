import { z } from 'zod';
import { authorize } from '../authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { regionalArn } from '../partition.ts';
import { TaskFailure } from './failure.ts';
import type { JsonValue } from './library-types.ts';
import { toCamelCase, toPascalCase } from './pascal-case.ts';
import { type SfnExecution, type SfnMachine, stateMachineArn } from './state.ts';

/* A task that starts an execution and waits for its end (docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html). */

/** The Resource of such a task. With `:2`, the output in the result is JSON and not its text. */
export const nestedExecutionResource = /^arn:aws[a-z-]*:states:::states:startExecution\.sync:2$/;

const requestSchema = z.looseObject({ Input: z.unknown() });

/** Converts the task's parameters to the input of StartExecution, whose `input` is JSON text. */
export function toStartInput(parameters: JsonValue): unknown {
  const { Input, ...rest } = requestSchema.parse(parameters);
  return { ...Object(toCamelCase(rest)), ...(Input === undefined ? {} : { input: JSON.stringify(Input) }) };
}

const startedSchema = z.looseObject({ executionArn: z.string() });
const executionArnPattern = /^arn:[^:]+:states:([^:]+):(\d+):execution:([^:]+):(.+)$/;

/** Returns the execution that StartExecution answered with. */
export function findStartedExecution({ others }: SfnMachine, answer: unknown): SfnExecution {
  const { executionArn } = startedSchema.parse(answer);
  const [, region = '', account = '', machine = '', name = ''] = executionArnPattern.exec(executionArn) ?? [];
  const found = others.get(stateMachineArn(account, region, machine))?.executions.get(name);
  if (found === undefined) throw new Error(`The execution ${executionArn} does not exist.`);
  return found;
}

const describedSchema = z.looseObject({ status: z.string(), output: z.string().optional() });

/** Returns the task's result from DescribeExecution's answer. Throws States.TaskFailed, whose cause is the whole answer, if the execution did not succeed. */
export function toNestedResult(answer: unknown): JsonValue {
  const { output, ...rest } = describedSchema.parse(answer);
  const described = toPascalCase(rest);
  if (rest.status !== 'SUCCEEDED') throw new TaskFailure('States.TaskFailed', JSON.stringify(described));
  return Object.assign({}, described, output === undefined ? {} : { Output: JSON.parse(output) });
}

/**
 * Checks that the machine's role can create the rule whose events tell Step Functions that a nested execution has ended
 * (docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html). AWS refuses to create or update the machine
 * otherwise, in these words (github.com/aws-ia/terraform-aws-control_tower_account_factory, issue 365).
 */
export async function checkManagedRule(definition: string, roleArn: string, call: Call): Promise<void> {
  if (!/"arn:aws[a-z-]*:states:::states:startExecution\.sync/.test(definition)) return;
  const { cloud, region } = call;
  const caller = cloud.iam.session(roleArn, 'StepFunctions');
  const rule = 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';
  const resource = regionalArn('events', { account: caller.account, region }, rule);
  const toDenial = () =>
    new AwsError('AccessDeniedException', `'${roleArn}' is not authorized to create managed-rule.`);
  for (const action of ['events:PutRule', 'events:PutTargets', 'events:DescribeRule'])
    await authorize({ ...call, caller }, 'events', { action, resource, toDenial });
}
