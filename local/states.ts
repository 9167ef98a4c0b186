import { z } from 'zod';
import type { AwsService, Cloud, Operation } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { deleteMachine } from './states/delete-machine.ts';
import { executionReadOperations, pagingFields } from './states/execution-reads.ts';
import { getAuthorizedExecution, pageItems, startOrGetExecution } from './states/executions.ts';
import { TaskFailure } from './states/failure.ts';
import {
  createMachine,
  createMachines,
  createStateMachineSchema,
  getAuthorizedMachine,
  machineSummary,
  machineView,
  type SfnMachines,
  updateMachine,
  updateStateMachineSchema,
} from './states/machines.ts';
import { endExecution } from './states/run-execution.ts';
import { getWaitingTask, parseOutput } from './states/tokens.ts';

const stateMachineArn = z.string();
const executionArn = z.string();

const machineOperations = (machines: SfnMachines): Record<string, Operation> => ({
  CreateStateMachine: defineOperation(createStateMachineSchema, (input, call) => createMachine(machines, input, call)),
  DescribeStateMachine: defineOperation(z.strictObject({ stateMachineArn }), async (input, call) => {
    const request = { action: 'states:DescribeStateMachine', arn: input.stateMachineArn };
    return machineView(await getAuthorizedMachine(machines, call, request));
  }),
  UpdateStateMachine: defineOperation(updateStateMachineSchema, (input, call) => updateMachine(machines, input, call)),
  DeleteStateMachine: defineOperation(z.strictObject({ stateMachineArn }), async (input, call) => {
    await deleteMachine(machines, input.stateMachineArn, call);
    return {};
  }),
  ListStateMachines: defineOperation(z.strictObject(pagingFields), async (input, call) => {
    await call.allow('states:ListStateMachines', '*');
    const own = [...machines.byArn.values()].filter(
      ({ account, region }) => account === call.caller.account && region === call.region,
    );
    const { items, next } = pageItems(own, input);
    return { stateMachines: items.map(machineSummary), ...next };
  }),
});

const executionOperations = (machines: SfnMachines): Record<string, Operation> => ({
  StartExecution: defineOperation(
    z.strictObject({ stateMachineArn, name: z.string().optional(), input: z.string().default('{}') }),
    async ({ stateMachineArn: arn, name, input }, call) => {
      const machine = await getAuthorizedMachine(machines, call, { action: 'states:StartExecution', arn });
      return startOrGetExecution(machine, { name: name ?? call.cloud.uuid(), input });
    },
  ),
  StopExecution: defineOperation(
    z.strictObject({ executionArn, error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() }),
    async ({ executionArn: arn, error, cause }, call) => {
      const execution = await getAuthorizedExecution(machines, call, { action: 'states:StopExecution', arn });
      endExecution(execution, { status: 'ABORTED', error, cause });
      return { stopDate: new Date(execution.stopDate ?? call.cloud.clock.now()) };
    },
  ),
});

const taskToken = z.string().min(1).max(2048);

const tokenOperations = ({ tokens }: SfnMachines): Record<string, Operation> => ({
  SendTaskSuccess: defineOperation(z.strictObject({ taskToken, output: z.string() }), async (input, call) => {
    const output = parseOutput(input.output);
    (await getWaitingTask(tokens, call, input.taskToken)).succeed(output);
    return {};
  }),
  SendTaskFailure: defineOperation(
    z.strictObject({
      taskToken,
      error: z.string().max(256).default(''),
      cause: z.string().max(32_768).default(''),
    }),
    async ({ taskToken: token, error, cause }, call) => {
      (await getWaitingTask(tokens, call, token)).fail(new TaskFailure(error, cause));
      return {};
    },
  ),
  // No task has HeartbeatSeconds here, so a heartbeat has no time-out to reset.
  SendTaskHeartbeat: defineOperation(z.strictObject({ taskToken }), async (input, call) => {
    await getWaitingTask(tokens, call, input.taskToken);
    return {};
  }),
});

/**
 * Step Functions: runs standard state machines in JSONPath, whose tasks are Lambda functions or calls of other services, on the
 * cloud's clock.
 */
export function states(cloud: Cloud): AwsService {
  const machines = createMachines(cloud);
  const operations = {
    ...machineOperations(machines),
    ...executionOperations(machines),
    ...executionReadOperations(machines),
    ...tokenOperations(machines),
  };
  return { name: 'states', protocol: 'json', jsonVersion: '1.0', operations };
}
