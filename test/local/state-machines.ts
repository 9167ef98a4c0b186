import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll } from 'vitest';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { installFunction, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import { states } from '../../local/states.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, startCloud } from '../start.ts';

/** The embedded Step Functions, Lambda and DynamoDB, with functions, machines and executions to test them. */
export const { cloud, clock, as } = await startCloud(lambda, states, dynamodb);
export const client = new SFNClient(as(buildAccountId));
export const publishedEvents: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => publishedEvents.push(event));
afterAll(() => stopFunctions(cloud));

export const createRole = (name: string, service: string, action: string) => {
  const arn = `arn:aws:iam::${buildAccountId}:role/${name}`;
  const policy = (statement: Record<string, unknown>): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [statement],
  });
  cloud.iam.roles.set(arn, {
    arn,
    trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: `${service}.amazonaws.com` } }),
    policies: { own: policy({ Sid: 'Own', Effect: 'Allow', Action: action, Resource: '*' }) },
  });
  return arn;
};
export const functionRole = createRole('stage', 'lambda', 'logs:*');
export const machineRole = createRole('machine', 'states', 'lambda:InvokeFunction');

let functions = 0;
/** Creates a new function, so that it shares no state with another test. */
export const createFunction = (on = cloud): string => {
  functions += 1;
  return installFunction(on, {
    name: `stage-${functions}`,
    account: buildAccountId,
    region,
    file: `${import.meta.dirname}/fixtures/stage.mjs`,
    handler: 'stage.handler',
    environment: {},
    roleArn: functionRole,
    timeoutSeconds: 30,
    memoryMb: 256,
  });
};

let machines = 0;
export const createTestMachine = async (
  definition: Record<string, unknown>,
  roleArn = machineRole,
): Promise<string> => {
  machines += 1;
  const asked = { name: `machine-${machines}`, definition: JSON.stringify(definition), roleArn };
  return (await client.send(new CreateStateMachineCommand(asked))).stateMachineArn!;
};

export const startMachine = async (stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> => {
  const asked = { stateMachineArn, input: JSON.stringify(input), ...(name ? { name } : {}) };
  return (await client.send(new StartExecutionCommand(asked))).executionArn!;
};

export const readExecution = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));

export const stateChanges = (arn: string) =>
  publishedEvents.filter(({ resources }) => resources[0] === arn).map(({ detail }) => detail);

export const waitForEnd = async (arn: string) => {
  await clock.advanceUntil(() => stateChanges(arn).length > 1);
  return readExecution(arn);
};

export const readHistory = async (executionArn: string) =>
  (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events!;

export const taskDefinition = (Resource: string, more: Record<string, unknown> = {}) => ({
  StartAt: 'Act',
  States: { Act: { Type: 'Task', Resource, End: true, ...more }, Caught: { Type: 'Pass', End: true } },
});

export const waitDefinition = (seconds: number, more: Record<string, unknown> = {}) => ({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: seconds, End: true } },
  ...more,
});

/** Creates a table whose items have an `id`. */
export const createTable = (TableName: string) =>
  new DynamoDBClient(as(buildAccountId)).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
