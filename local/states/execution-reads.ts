import { z } from 'zod';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { executionSummary, executionView, getAuthorizedExecution, pageItems } from './executions.ts';
import { getAuthorizedMachine, type SfnMachines } from './machines.ts';
import { executionStatus } from './state.ts';

/** The default page size is 100, the maximum 1000; 0 means the default (botocore stepfunctions PageSize). */
export const pagingFields = {
  maxResults: z
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .transform((request) => request || 100),
  nextToken: z.string().optional(),
};
const executionArn = z.string();
const executionStatusSchema = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

/** The operations that read executions: description, definition, list, history. */
export const executionReadOperations = (machines: SfnMachines): Record<string, Operation> => ({
  DescribeExecution: defineOperation(z.strictObject({ executionArn }), async ({ executionArn: arn }, call) =>
    executionView(await getAuthorizedExecution(machines, call, { action: 'states:DescribeExecution', arn })),
  ),
  // The definition and role with which the execution started. They stay the same after an update of the machine (botocore stepfunctions).
  DescribeStateMachineForExecution: defineOperation(z.strictObject({ executionArn }), async (input, call) => {
    const request = { action: 'states:DescribeStateMachineForExecution', arn: input.executionArn };
    const { machine } = await getAuthorizedExecution(machines, call, request);
    const { arn, name, definition, roleArn, updateDate } = machine;
    return { stateMachineArn: arn, name, definition, roleArn, updateDate: new Date(updateDate) };
  }),
  ListExecutions: defineOperation(
    z.strictObject({ stateMachineArn: z.string(), statusFilter: executionStatusSchema.optional(), ...pagingFields }),
    async (input, call) => {
      const request = { action: 'states:ListExecutions', arn: input.stateMachineArn };
      const { executions } = await getAuthorizedMachine(machines, call, request);
      const newestFirst = [...executions.values()].reverse();
      const { statusFilter } = input;
      const found = newestFirst.filter((each) => statusFilter === undefined || executionStatus(each) === statusFilter);
      const { items, next } = pageItems(found, input);
      return { executions: items.map(executionSummary), ...next };
    },
  ),
  GetExecutionHistory: defineOperation(
    z.strictObject({
      executionArn,
      reverseOrder: z.boolean().default(false),
      includeExecutionData: z.literal(true).optional(),
      ...pagingFields,
    }),
    async (input, call) => {
      const request = { action: 'states:GetExecutionHistory', arn: input.executionArn };
      const { history } = await getAuthorizedExecution(machines, call, request);
      const { items, next } = pageItems(input.reverseOrder ? history.toReversed() : history, input);
      return { events: items, ...next };
    },
  ),
});
