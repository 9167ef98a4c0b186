import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll } from 'vitest';
import type { BusEvent } from '../../local/cloud.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { installFunction, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import type { PolicyDocument } from '../../local/service.ts';
import { states } from '../../local/states.ts';
import { build, region, start } from '../start.ts';

/** The embedded Step Functions, Lambda and DynamoDB, with functions, machines and executions to try them on. */
export const { cloud, clock, as } = await start(lambda, states, dynamodb);
export const client = new SFNClient(as(build));
export const events: BusEvent[] = [];
cloud.listeners.push((event) => events.push(event));
afterAll(() => stopFunctions(cloud));

export const role = (name: string, service: string, action: string) => {
  const arn = `arn:aws:iam::${build}:role/${name}`;
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
export const functionRole = role('stage', 'lambda', 'logs:*');
export const machineRole = role('machine', 'states', 'lambda:InvokeFunction');

let functions = 0;
/** A fresh function, so that it has no memory of another test. */
export const stage = (on = cloud): string => {
  functions += 1;
  return installFunction(on, {
    name: `stage-${functions}`,
    account: build,
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
export const machine = async (definition: Record<string, unknown>, roleArn = machineRole): Promise<string> => {
  machines += 1;
  const asked = { name: `machine-${machines}`, definition: JSON.stringify(definition), roleArn };
  return (await client.send(new CreateStateMachineCommand(asked))).stateMachineArn!;
};

export const begin = async (stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> => {
  const asked = { stateMachineArn, input: JSON.stringify(input), ...(name ? { name } : {}) };
  return (await client.send(new StartExecutionCommand(asked))).executionArn!;
};

export const describe = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));

export const stateChanges = (arn: string) =>
  events.filter(({ resources }) => resources[0] === arn).map(({ detail }) => detail);

export const ended = async (arn: string) => {
  await clock.until(() => stateChanges(arn).length > 1);
  return describe(arn);
};

export const historyOf = async (executionArn: string) =>
  (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events!;

export const task = (Resource: string, more: Record<string, unknown> = {}) => ({
  StartAt: 'Act',
  States: { Act: { Type: 'Task', Resource, End: true, ...more }, Caught: { Type: 'Pass', End: true } },
});

export const wait = (seconds: number, more: Record<string, unknown> = {}) => ({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: seconds, End: true } },
  ...more,
});

/** A table whose items have an `id`. */
export const createTable = (TableName: string) =>
  new DynamoDBClient(as(build)).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
