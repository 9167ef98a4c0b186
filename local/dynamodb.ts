import type { Server } from 'node:http';
import dynalite from 'dynalite';
import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { Cloud } from './cloud.ts';
import { callDynalite } from './dynalite-call.ts';
import { type Call, type Operation, operation, type Service } from './service.ts';

const expressions = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const metrics = ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'];
const write = ['TableName', 'ConditionExpression', 'ReturnValues', ...expressions, ...metrics];
const read = ['TableName', 'ProjectionExpression', 'ConsistentRead', 'ReturnConsumedCapacity'];

/** The operations, and of each the parameters that dynalite heeds; it would pass over others without a word. */
const parameters: Record<string, string[]> = {
  CreateTable: [
    ...['TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode', 'ProvisionedThroughput'],
    ...['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'],
  ],
  DescribeTable: ['TableName'],
  GetItem: [...read, 'Key', 'ExpressionAttributeNames'],
  PutItem: [...write, 'Item'],
  UpdateItem: [...write, 'Key', 'UpdateExpression'],
  DeleteItem: [...write, 'Key'],
  Query: [
    ...[...read, ...expressions, 'IndexName', 'KeyConditionExpression', 'FilterExpression'],
    ...['ScanIndexForward', 'Limit', 'ExclusiveStartKey', 'Select'],
  ],
};

const inputOf = (names: string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.unknown().optional()])));

const named = z.looseObject({ TableName: z.string(), IndexName: z.string().optional() });

/** The tables of one account and Region: a dynalite of their own, in memory. */
const createTables = (): Server => dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

const place = ({ caller, region }: Call): string => `${region}:${caller.account}`;

const resourceOf = (call: Call, { TableName, IndexName }: z.infer<typeof named>): string =>
  `arn:aws:dynamodb:${place(call)}:table/${TableName}${IndexName === undefined ? '' : `/index/${IndexName}`}`;

const refusal = z.object({ __type: z.string(), message: z.string().default('') });

/** Does an operation in dynalite and answers in its words, which are DynamoDB's; table ARNs are put into the right account. */
async function forward(tables: Server, input: object, call: Call): Promise<unknown> {
  const { status, text } = await callDynalite(tables, call.operation, input);
  if (status !== 200) {
    const { __type, message } = refusal.parse(JSON.parse(text));
    throw new AwsError(__type.split('#').at(-1) ?? __type, message, status);
  }
  if (!call.operation.endsWith('Table')) return JSON.parse(text);
  return JSON.parse(text.replaceAll(/arn:aws:dynamodb:[\w-]+:\d{12}:/g, `arn:aws:dynamodb:${place(call)}:`));
}

/** DynamoDB: dynalite behind our access control, one for each account and Region. Its times are the wall's. */
export function dynamodb(_cloud: Cloud): Service {
  const tables = new Map<string, Server>();
  const tablesOf = (call: Call): Server => {
    const created = tables.get(place(call)) ?? createTables();
    tables.set(place(call), created);
    return created;
  };
  const operationOf = (names: string[]): Operation =>
    operation(inputOf(names), async (input, call) => {
      await call.allow(`dynamodb:${call.operation}`, resourceOf(call, named.parse(input)));
      return forward(tablesOf(call), input, call);
    });
  const operations = Object.fromEntries(
    Object.entries(parameters).map(([name, names]) => [name, operationOf(names)] as const),
  );
  return { name: 'dynamodb', protocol: 'json', jsonVersion: '1.0', operations };
}
