import dynalite from 'dynalite';
import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { Cloud } from './cloud.ts';
import { inTurn } from './in-turn.ts';
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

/** The tables of one account and Region: a dynalite of their own, on a free port, which holds no process open. */
async function startTables(): Promise<string> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('dynalite has no port');
  return `http://127.0.0.1:${address.port}`;
}

const place = ({ caller, region }: Call): string => `${region}:${caller.account}`;

const resourceOf = (call: Call, { TableName, IndexName }: z.infer<typeof named>): string =>
  `arn:aws:dynamodb:${place(call)}:table/${TableName}${IndexName === undefined ? '' : `/index/${IndexName}`}`;

const refusal = z.object({ __type: z.string(), message: z.string().default('') });

/** dynalite checks the form of a signature and not whose it is; who may do what has been decided here before. */
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/r/dynamodb/aws4_request, SignedHeaders=host, Signature=s',
};

/** A connection each would be refused where a thousand ask at once. */
const connected = inTurn(32);

/** Does an operation in dynalite and answers in its words, which are DynamoDB's; table ARNs are put into the right account. */
async function forward(url: string, input: object, call: Call): Promise<unknown> {
  const { ok, status, text } = await connected(async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${call.operation}` },
      body: JSON.stringify(input),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  });
  if (!ok) {
    const { __type, message } = refusal.parse(JSON.parse(text));
    throw new AwsError(__type.split('#').at(-1) ?? __type, message, status);
  }
  if (!call.operation.endsWith('Table')) return JSON.parse(text);
  return JSON.parse(text.replaceAll(/arn:aws:dynamodb:[\w-]+:\d{12}:/g, `arn:aws:dynamodb:${place(call)}:`));
}

/** DynamoDB: dynalite behind our access control, one for each account and Region. Its times are the wall's. */
export function dynamodb(_cloud: Cloud): Service {
  const tables = new Map<string, Promise<string>>();
  const tablesOf = (call: Call): Promise<string> => {
    const started = tables.get(place(call)) ?? startTables();
    tables.set(place(call), started);
    return started;
  };
  const operationOf = (names: string[]): Operation =>
    operation(inputOf(names), async (input, call) => {
      await call.allow(`dynamodb:${call.operation}`, resourceOf(call, named.parse(input)));
      return forward(await tablesOf(call), input, call);
    });
  const operations = Object.fromEntries(
    Object.entries(parameters).map(([name, names]) => [name, operationOf(names)] as const),
  );
  return { name: 'dynamodb', protocol: 'json', jsonVersion: '1.0', operations };
}
