import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { dynamodb } from '../../local/dynamodb.ts';
import { actAsAdministrator } from '../../local/run/accounts.ts';
import { buildAccountId, region, startCloud, testAccountId as testAccount } from '../start.ts';

const { cloud, as } = await startCloud(dynamodb);
const client = DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId)));

const create = (on: DynamoDBDocumentClient, TableName: string) =>
  on.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'service', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'service', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'S' },
      ],
    }),
  );

const key = { service: 'test/web', at: '2026' };

test('a table is described by the ARN of its own account and Region', async () => {
  await create(client, 'described');
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'described' }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: `arn:aws:dynamodb:${region}:${buildAccountId}:table/described`,
  });
});

test('an item is put, updated, read and deleted', async () => {
  await create(client, 'items');
  await client.send(new PutCommand({ TableName: 'items', Item: { ...key, count: 1 } }));
  const updated = await client.send(
    new UpdateCommand({
      TableName: 'items',
      Key: key,
      UpdateExpression: 'ADD #count :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  expect(updated.Attributes).toEqual({ ...key, count: 2 });
  expect((await client.send(new GetCommand({ TableName: 'items', Key: key }))).Item).toEqual({ ...key, count: 2 });
  await client.send(new DeleteCommand({ TableName: 'items', Key: key }));
  expect((await client.send(new GetCommand({ TableName: 'items', Key: key }))).Item).toBeUndefined();
});

test('a table is ready as soon as CreateTable has answered', async () => {
  const admin = actAsAdministrator(cloud, buildAccountId, region);
  for (const TableName of Array.from({ length: 20 }, (_, index) => `ready-${index}`)) {
    const keys = [['service', 'HASH'] as const, ['at', 'RANGE'] as const];
    await admin('dynamodb', 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
      AttributeDefinitions: keys.map(([AttributeName]) => ({ AttributeName, AttributeType: 'S' })),
    });
    await admin('dynamodb', 'PutItem', { TableName, Item: { service: { S: 'test/web' }, at: { S: '2026' } } });
  }
});

test('a condition that is not met is refused by its name, and nothing is written', async () => {
  await create(client, 'leases');
  const put = (owner: string) =>
    client.send(
      new PutCommand({
        TableName: 'leases',
        Item: { ...key, owner },
        ConditionExpression: 'attribute_not_exists(service)',
      }),
    );
  await put('first');
  await expect(put('second')).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400 },
  });
  expect((await client.send(new GetCommand({ TableName: 'leases', Key: key }))).Item).toMatchObject({ owner: 'first' });
});

test('a query returns the items of a key, newest first', async () => {
  await create(client, 'history');
  for (const at of ['2024', '2025', '2026'])
    await client.send(new PutCommand({ TableName: 'history', Item: { service: 'test/web', at } }));
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'history',
      KeyConditionExpression: 'service = :service',
      ExpressionAttributeValues: { ':service': 'test/web' },
      ScanIndexForward: false,
      Limit: 2,
    }),
  );
  expect(Items?.map(({ at }) => at)).toEqual(['2026', '2025']);
});

test('two accounts have tables of the same name and different items', async () => {
  const other = DynamoDBDocumentClient.from(new DynamoDBClient(as(testAccount)));
  await create(client, 'same');
  await create(other, 'same');
  await client.send(new PutCommand({ TableName: 'same', Item: key }));
  expect((await other.send(new GetCommand({ TableName: 'same', Key: key }))).Item).toBeUndefined();
});

test('a caller without permission for a table is denied before dynalite is called', async () => {
  const arn = `arn:aws:iam::${buildAccountId}:user/reader`;
  const reader = DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId, arn)));
  const own = { Sid: 'Own', Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `arn:aws:dynamodb:*:*:table/own` };
  cloud.iam.users.set(arn, { arn, policies: { own: { Version: '2012-10-17', Statement: [own] } } });
  await create(client, 'own');
  await reader.send(new GetCommand({ TableName: 'own', Key: key }));
  await expect(reader.send(new PutCommand({ TableName: 'own', Item: key }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      `dynamodb:PutItem on resource: arn:aws:dynamodb:${region}:${buildAccountId}:table/own`,
    ),
  });
});

test('a parameter or an operation that dynalite would ignore is refused by name', async () => {
  const put = new PutCommand({ TableName: 'none', Item: key, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
  await expect(client.send(put)).rejects.toThrow('ReturnValuesOnConditionCheckFailure');
  const transact = new TransactWriteCommand({ TransactItems: [{ Put: { TableName: 'none', Item: key } }] });
  await expect(client.send(transact)).rejects.toMatchObject({ name: 'NotCovered' });
});
