import { z } from 'zod';
import type { Cloud } from './cloud.ts';
import { type Operation, operation, type Service } from './service.ts';
import { allowedExecution, describedExecution, listedExecution, page, start } from './states/executions.ts';
import { TaskFailure } from './states/failure.ts';
import {
  allowedMachine,
  createInput,
  createMachine,
  createMachines,
  describedMachine,
  listedMachine,
  type Machines,
} from './states/machines.ts';
import { finish } from './states/run.ts';
import { statusOf } from './states/shapes.ts';
import { outputOf, waitingTask } from './states/tokens.ts';

/** 100 results unless asked, at most 1000; 0 means the default (botocore stepfunctions PageSize). */
const paging = {
  maxResults: z
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .transform((asked) => asked || 100),
  nextToken: z.string().optional(),
};
const stateMachineArn = z.string();
const executionArn = z.string();
const statuses = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

const machineOperations = (machines: Machines): Record<string, Operation> => ({
  CreateStateMachine: operation(createInput, (input, call) => createMachine(machines, input, call)),
  DescribeStateMachine: operation(z.strictObject({ stateMachineArn }), async (input, call) => {
    const asked = { action: 'states:DescribeStateMachine', arn: input.stateMachineArn };
    return describedMachine(await allowedMachine(machines, call, asked));
  }),
  ListStateMachines: operation(z.strictObject(paging), async (input, call) => {
    await call.allow('states:ListStateMachines', '*');
    const own = [...machines.byArn.values()].filter(
      ({ account, region }) => account === call.caller.account && region === call.region,
    );
    const { items, next } = page(own, input);
    return { stateMachines: items.map(listedMachine), ...next };
  }),
});

const runOperations = (machines: Machines): Record<string, Operation> => ({
  StartExecution: operation(
    z.strictObject({ stateMachineArn, name: z.string().optional(), input: z.string().default('{}') }),
    async ({ stateMachineArn: arn, name, input }, call) => {
      const machine = await allowedMachine(machines, call, { action: 'states:StartExecution', arn });
      return start(machine, { name: name ?? call.cloud.uuid(), input });
    },
  ),
  StopExecution: operation(
    z.strictObject({ executionArn, error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() }),
    async ({ executionArn: arn, error, cause }, call) => {
      const execution = await allowedExecution(machines, call, { action: 'states:StopExecution', arn });
      finish(execution, { status: 'ABORTED', error, cause });
      return { stopDate: new Date(execution.stopDate ?? call.cloud.clock.now()) };
    },
  ),
});

const lookOperations = (machines: Machines): Record<string, Operation> => ({
  DescribeExecution: operation(z.strictObject({ executionArn }), async ({ executionArn: arn }, call) =>
    describedExecution(await allowedExecution(machines, call, { action: 'states:DescribeExecution', arn })),
  ),
  ListExecutions: operation(
    z.strictObject({ stateMachineArn, statusFilter: statuses.optional(), ...paging }),
    async (input, call) => {
      const asked = { action: 'states:ListExecutions', arn: input.stateMachineArn };
      const { executions } = await allowedMachine(machines, call, asked);
      const newestFirst = [...executions.values()].reverse();
      const { statusFilter } = input;
      const found = newestFirst.filter((each) => statusFilter === undefined || statusOf(each) === statusFilter);
      const { items, next } = page(found, input);
      return { executions: items.map(listedExecution), ...next };
    },
  ),
  GetExecutionHistory: operation(
    z.strictObject({
      executionArn,
      reverseOrder: z.boolean().default(false),
      includeExecutionData: z.literal(true).optional(),
      ...paging,
    }),
    async (input, call) => {
      const asked = { action: 'states:GetExecutionHistory', arn: input.executionArn };
      const { history } = await allowedExecution(machines, call, asked);
      const { items, next } = page(input.reverseOrder ? history.toReversed() : history, input);
      return { events: items, ...next };
    },
  ),
});

const taskToken = z.string().min(1).max(2048);

const tokenOperations = ({ tokens }: Machines): Record<string, Operation> => ({
  SendTaskSuccess: operation(z.strictObject({ taskToken, output: z.string() }), async (input, call) => {
    const output = outputOf(input.output);
    (await waitingTask(tokens, call, input.taskToken)).succeed(output);
    return {};
  }),
  SendTaskFailure: operation(
    z.strictObject({
      taskToken,
      error: z.string().max(256).default(''),
      cause: z.string().max(32_768).default(''),
    }),
    async ({ taskToken: token, error, cause }, call) => {
      (await waitingTask(tokens, call, token)).fail(new TaskFailure(error, cause));
      return {};
    },
  ),
  // No task has a HeartbeatSeconds here, so that there is nothing to put off.
  SendTaskHeartbeat: operation(z.strictObject({ taskToken }), async (input, call) => {
    await waitingTask(tokens, call, input.taskToken);
    return {};
  }),
});

/** Step Functions: plays standard machines in JSONPath whose tasks are Lambda functions or calls of other services, on the cloud's clock. */
export function states(cloud: Cloud): Service {
  const machines = createMachines(cloud);
  const operations = {
    ...machineOperations(machines),
    ...runOperations(machines),
    ...lookOperations(machines),
    ...tokenOperations(machines),
  };
  return { name: 'states', protocol: 'json', jsonVersion: '1.0', operations };
}
