import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import dynalite from 'dynalite';
import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import { callDynalite } from './call-dynalite.ts';
import type { AwsService, Call, Cloud, Operation } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { leadingKeys, parseHashKey } from './dynamodb-keys.ts';
import { placeOf, regionalArn } from './partition.ts';

const expressionParameters = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const metricParameters = ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'];
const writeParameters = [
  'TableName',
  'ConditionExpression',
  'ReturnValues',
  ...expressionParameters,
  ...metricParameters,
];
const readParameters = ['TableName', 'ProjectionExpression', 'ConsistentRead', 'ReturnConsumedCapacity'];

/** The supported operations, each with the parameters that dynalite implements. dynalite would silently ignore other parameters. */
const coveredParameters: Record<string, string[]> = {
  CreateTable: [
    ...['TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode', 'ProvisionedThroughput'],
    ...['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'],
  ],
  DescribeTable: ['TableName'],
  GetItem: [...readParameters, 'Key', 'ExpressionAttributeNames'],
  PutItem: [...writeParameters, 'Item'],
  UpdateItem: [...writeParameters, 'Key', 'UpdateExpression'],
  DeleteItem: [...writeParameters, 'Key'],
  Query: [
    ...[...readParameters, ...expressionParameters, 'IndexName', 'KeyConditionExpression', 'FilterExpression'],
    ...['ScanIndexForward', 'Limit', 'ExclusiveStartKey', 'Select'],
  ],
};

const inputSchema = (names: string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.unknown().optional()])));

const tableNameSchema = z.looseObject({ TableName: z.string(), IndexName: z.string().optional() });

/** Creates the tables of one account and Region: a separate dynalite, in memory. */
const createTables = (): Server => dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

const tableArn = (call: Call, name: string): string => regionalArn('dynamodb', placeOf(call), `table/${name}`);

const tableOrIndexArn = (call: Call, { TableName, IndexName }: z.infer<typeof tableNameSchema>): string =>
  `${tableArn(call, TableName)}${IndexName === undefined ? '' : `/index/${IndexName}`}`;

const errorSchema = z.object({ __type: z.string(), message: z.string().default('') });

/** Performs an operation in dynalite and returns dynalite's answer, which has DynamoDB's messages. Corrects the account in table ARNs. */
async function forwardToDynalite(tables: Server, input: object, call: Call): Promise<unknown> {
  const { status, text } = await callDynalite(tables, call.operation, input);
  if (status !== 200) {
    const { __type, message } = errorSchema.parse(JSON.parse(text));
    throw new AwsError(__type.split('#').at(-1) ?? __type, message, status);
  }
  if (!call.operation.endsWith('Table')) return JSON.parse(text);
  return JSON.parse(
    text.replaceAll(/arn:aws:dynamodb:[\w-]+:\d{12}:/g, regionalArn('dynamodb', placeOf(call), '')),
    withoutUnknownFields,
  );
}

/** dynalite describes a table with a field that DynamoDB's API does not have (botocore dynamodb TableDescription). */
const withoutUnknownFields = (name: string, value: unknown): unknown =>
  name === 'TableThroughputModeSummary' ? undefined : value;

const statusSchema = z.object({ Table: z.object({ TableStatus: z.string() }) });

/** Waits until a new table is ACTIVE. dynalite changes the table's status by a timer of its own, and refuses items until that time. */
async function waitUntilActive(tables: Server, TableName: string): Promise<void> {
  const { text } = await callDynalite(tables, 'DescribeTable', { TableName });
  if (statusSchema.parse(JSON.parse(text)).Table.TableStatus === 'ACTIVE') return;
  await setImmediate();
  await waitUntilActive(tables, TableName);
}

/** DynamoDB: dynalite behind the emulator's access control, one dynalite for each account and Region. Its timestamps are wall-clock time. */
export function dynamodb(_cloud: Cloud): AwsService {
  const tables = new Map<string, Server>();
  const hashKeys = new Map<string, string>();
  const tablesOf = (call: Call): Server => {
    const created = tables.get(`${call.region}:${call.caller.account}`) ?? createTables();
    tables.set(`${call.region}:${call.caller.account}`, created);
    return created;
  };
  const operationOf = (names: string[]): Operation =>
    defineOperation(inputSchema(names), async (input, call) => {
      const at = tableNameSchema.parse(input);
      const keys = leadingKeys(input, hashKeys.get(tableArn(call, at.TableName)));
      const context = keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': keys };
      await call.allow(`dynamodb:${call.operation}`, tableOrIndexArn(call, at), { context });
      const answer = await forwardToDynalite(tablesOf(call), input, call);
      if (call.operation === 'CreateTable') {
        hashKeys.set(tableArn(call, at.TableName), parseHashKey(input));
        await waitUntilActive(tablesOf(call), at.TableName);
      }
      return answer;
    });
  const operations = Object.fromEntries(
    Object.entries(coveredParameters).map(([name, names]) => [name, operationOf(names)] as const),
  );
  return { name: 'dynamodb', protocol: 'json', jsonVersion: '1.0', operations };
}
