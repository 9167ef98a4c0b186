import dynalite from 'dynalite';
import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud, Operation } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { limitConcurrency } from './limit-concurrency.ts';

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

/** The operations, and of each the parameters that dynalite heeds; it would pass over others without a word. */
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

/** The tables of one account and Region: a dynalite of their own, on a free port, which holds no process open. */
async function startTables(): Promise<string> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('dynalite has no port');
  return `http://127.0.0.1:${address.port}`;
}

const regionAndAccount = ({ caller, region }: Call): string => `${region}:${caller.account}`;

const tableOrIndexArn = (call: Call, { TableName, IndexName }: z.infer<typeof tableNameSchema>): string =>
  `arn:aws:dynamodb:${regionAndAccount(call)}:table/${TableName}${IndexName === undefined ? '' : `/index/${IndexName}`}`;

const errorSchema = z.object({ __type: z.string(), message: z.string().default('') });

/** dynalite checks the form of a signature and not whose it is; who may do what has been decided here before. */
const requestHeaders = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/r/dynamodb/aws4_request, SignedHeaders=host, Signature=s',
};

/** A connection each would be refused where a thousand ask at once. */
const withConnection = limitConcurrency(32);

/** Does an operation in dynalite and answers in its words, which are DynamoDB's; table ARNs are put into the right account. */
async function forwardToDynalite(url: string, input: object, call: Call): Promise<unknown> {
  const { ok, status, text } = await withConnection(async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...requestHeaders, 'x-amz-target': `DynamoDB_20120810.${call.operation}` },
      body: JSON.stringify(input),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  });
  if (!ok) {
    const { __type, message } = errorSchema.parse(JSON.parse(text));
    throw new AwsError(__type.split('#').at(-1) ?? __type, message, status);
  }
  if (!call.operation.endsWith('Table')) return JSON.parse(text);
  return JSON.parse(text.replaceAll(/arn:aws:dynamodb:[\w-]+:\d{12}:/g, `arn:aws:dynamodb:${regionAndAccount(call)}:`));
}

/** DynamoDB: dynalite behind our access control, one for each account and Region. Its times are the wall's. */
export function dynamodb(_cloud: Cloud): AwsService {
  const tables = new Map<string, Promise<string>>();
  const tablesOf = (call: Call): Promise<string> => {
    const started = tables.get(regionAndAccount(call)) ?? startTables();
    tables.set(regionAndAccount(call), started);
    return started;
  };
  const operationOf = (names: string[]): Operation =>
    defineOperation(inputSchema(names), async (input, call) => {
      await call.allow(`dynamodb:${call.operation}`, tableOrIndexArn(call, tableNameSchema.parse(input)));
      return forwardToDynalite(await tablesOf(call), input, call);
    });
  const operations = Object.fromEntries(
    Object.entries(coveredParameters).map(([name, names]) => [name, operationOf(names)] as const),
  );
  return { name: 'dynamodb', protocol: 'json', jsonVersion: '1.0', operations };
}
