import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from 'vitest';
import type { CallFaultKind } from '../../local/faults/fault.ts';
import { injectFaults } from '../../local/faults.ts';
import { buildAccountId, region } from '../start.ts';
import {
  as,
  clock,
  cloud,
  createRole,
  createTable,
  createTestMachine,
  readHistory,
  startMachine,
  taskDefinition,
  waitForEnd,
} from './state-machines.ts';

const tables = new DynamoDBClient(as(buildAccountId));
const caller = createRole('caller', 'states', 'dynamodb:*');
const stranger = createRole('stranger', 'states', 'logs:*');
const putItem = 'arn:aws:states:::aws-sdk:dynamodb:putItem';
const updateItem = 'arn:aws:states:::aws-sdk:dynamodb:updateItem';
const read = async (id: string) =>
  (await tables.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: id } } }))).Item;
await createTable('things');
afterEach(() => {
  delete cloud.faultHooks;
});

test('a task calls a service with the parameters of its API, and its result is the whole answer', async () => {
  const arn = await createTestMachine(
    taskDefinition(updateItem, {
      Parameters: {
        TableName: 'things',
        Key: { id: { 'S.$': '$.id' } },
        UpdateExpression: 'SET who = :who, seen = :seen',
        ExpressionAttributeValues: {
          ':who': { 'S.$': '$$.Execution.Name' },
          ':seen': { 'N.$': "States.Format('{}', $.at)" },
        },
        ReturnValues: 'ALL_NEW',
      },
      ResultSelector: { 'now.$': '$.Attributes' },
      ResultPath: '$.answer',
    }),
    caller,
  );
  const { output } = await waitForEnd(await startMachine(arn, { id: 'asked', at: 12 }, 'ask'));
  const item = { id: { S: 'asked' }, who: { S: 'ask' }, seen: { N: '12' } };
  expect(JSON.parse(output!)).toEqual({ id: 'asked', at: 12, answer: { now: item } });
  expect(await read('asked')).toEqual(item);
});

test("the history contains a call with AWS's event types", async () => {
  const Parameters = { TableName: 'things', Item: { id: { 'S.$': '$.id' } } };
  const arn = await createTestMachine(taskDefinition(putItem, { Parameters, TimeoutSeconds: 20 }), caller);
  const execution = await startMachine(arn, { id: 'told' });
  await waitForEnd(execution);
  const history = await readHistory(execution);
  expect(history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  const named = { resourceType: 'aws-sdk:dynamodb', resource: 'putItem' };
  expect(history[2]!.taskScheduledEventDetails).toEqual({
    ...named,
    region,
    parameters: JSON.stringify({ TableName: 'things', Item: { id: { S: 'told' } } }),
    timeoutInSeconds: 20,
  });
  expect(history[3]!.taskStartedEventDetails).toEqual(named);
  expect(history[4]!.taskSucceededEventDetails).toEqual({
    ...named,
    output: '{}',
    outputDetails: { truncated: false },
  });
});

test("a service is called with a session of the state machine's role", async () => {
  const arn = await createTestMachine(
    taskDefinition(putItem, { Parameters: { TableName: 'things', Item: { id: { S: 'a' } } } }),
    caller,
  );
  await waitForEnd(await startMachine(arn, {}, 'as-caller'));
  expect(cloud.authorizations.findLast(({ action }) => action === 'dynamodb:PutItem')).toMatchObject({
    principal: `arn:aws:sts::${buildAccountId}:assumed-role/caller/as-caller`,
    resource: `arn:aws:dynamodb:${region}:${buildAccountId}:table/things`,
  });
});

const put = { TableName: 'things', Item: { id: { S: 'once' } } };
test.each([
  [
    'a condition that is not met',
    { ...put, ConditionExpression: 'attribute_exists(nothing)' },
    caller,
    'ConditionalCheckFailedException',
  ],
  ['a table that does not exist', { ...put, TableName: 'nothing' }, caller, 'ResourceNotFoundException'],
  ['a key that is missing', { ...put, Item: { other: { S: 'once' } } }, caller, 'DynamoDbException'],
  ['a role without permission', put, stranger, 'DynamoDbException'],
])('%s is an error of the service, which can be caught', async (_, Parameters, roleArn, name) => {
  const Catch = [{ ErrorEquals: [`DynamoDb.${name}`], Next: 'Caught' }];
  const execution = await startMachine(
    await createTestMachine(taskDefinition(putItem, { Parameters, Catch }), roleArn),
  );
  const { status, output } = await waitForEnd(execution);
  const caught = JSON.parse(output!);
  expect([status, caught.Error]).toEqual(['SUCCEEDED', `DynamoDb.${name}`]);
  expect(caught.Cause).toMatch(/^.+ \(Service: DynamoDb, Status Code: 400, Request ID: [\w-]{36}\)$/);
  expect((await readHistory(execution))[4]).toMatchObject({
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'aws-sdk:dynamodb',
      resource: 'putItem',
      error: caught.Error,
      cause: caught.Cause,
    },
  });
});

test.each<[CallFaultKind, string]>([
  ['throttled', 'DynamoDb.ThrottlingException'],
  ['unavailable', 'DynamoDb.InternalServerErrorException'],
  ['lost after', 'DynamoDb.InternalServerErrorException'],
  ['expired', 'DynamoDb.DynamoDbException'],
])('a call that is %s fails like any other call, and is retried', async (what, error) => {
  injectFaults(cloud, { faults: [{ to: 'call', words: ['dynamodb PutItem'], nth: 1, times: 1, what }] });
  const Retry = [{ ErrorEquals: [error], IntervalSeconds: 10 }];
  const Parameters = {
    TableName: 'things',
    Item: { id: { S: what }, retries: { 'N.$': "States.Format('{}', $$.State.RetryCount)" } },
  };
  const before = clock.now();
  const execution = await startMachine(await createTestMachine(taskDefinition(putItem, { Parameters, Retry }), caller));
  expect((await waitForEnd(execution)).status).toBe('SUCCEEDED');
  expect(clock.now() - before).toBe(10_000);
  expect((await read(what))?.retries).toEqual({ N: '1' });
  expect((await readHistory(execution)).map(({ type }) => type).slice(2, -2)).toEqual([
    ...['TaskScheduled', 'TaskStarted', 'TaskFailed'],
    ...['TaskScheduled', 'TaskStarted', 'TaskSucceeded'],
  ]);
});

test('a parameter that is not covered ends the execution and is named, whatever is caught', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const arn = await createTestMachine(taskDefinition(putItem, { InputPath: '$', Catch }), caller);
  const { status, error, cause } = await waitForEnd(await startMachine(arn, { ...put, Expected: {} }));
  expect([status, error]).toEqual(['FAILED', 'NotCovered']);
  expect(cause).toContain('Expected');
});
