import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { TableKey } from '../core/model/table-keys.ts';

/** In place of an answer of the table. No deployment waits for the table or fails because of it, so this is returned and never thrown. */
export interface TableUnavailable {
  unavailable: string;
}

export const isTableUnavailable = (answer: unknown): answer is TableUnavailable =>
  typeof answer === 'object' && answer !== null && 'unavailable' in answer;

/** Two tries of two seconds: DynamoDB answers in milliseconds or is in trouble, and a state has a minute for all that it does. */
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);

const toTableUnavailable = (error: unknown): TableUnavailable => ({
  unavailable: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
});

const tableName = (): string => {
  const { TABLE } = process.env;
  if (TABLE === undefined) throw new Error('The environment names no TABLE.');
  return TABLE;
};

/** The item as it is at this moment (a strongly consistent read), or undefined. */
export async function getItem(key: TableKey): Promise<unknown | TableUnavailable> {
  try {
    const { Item } = await client.send(new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }));
    return Item;
  } catch (error) {
    return toTableUnavailable(error);
  }
}

/** What must be true of the item that is there, in DynamoDB's words: `#name` for an attribute, `:name` for a value. */
export interface WriteCondition {
  text: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

/** Writes the whole item. `refused`: the condition was not met, also where the first of two tries met it and its answer was lost. */
export async function putItem(
  key: TableKey,
  item: object,
  condition: WriteCondition,
): Promise<'written' | 'refused' | TableUnavailable> {
  try {
    await client.send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...item, ...key },
        ConditionExpression: condition.text,
        ...(condition.names && { ExpressionAttributeNames: condition.names }),
        ...(condition.values && { ExpressionAttributeValues: condition.values }),
      }),
    );
    return 'written';
  } catch (error) {
    return error instanceof ConditionalCheckFailedException ? 'refused' : toTableUnavailable(error);
  }
}

/** How to change an item, in DynamoDB's words. */
export interface ItemUpdate extends Omit<WriteCondition, 'text'> {
  update: string;
  condition?: string | undefined;
}

/** Changes an item, or makes it; answers what it was before. `refused`: the condition was not met. */
export async function updateItem(
  key: TableKey,
  change: ItemUpdate,
): Promise<{ before: Record<string, unknown> | undefined } | 'refused' | TableUnavailable> {
  try {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: key,
        UpdateExpression: change.update,
        ...(change.condition && { ConditionExpression: change.condition }),
        ...(change.names && { ExpressionAttributeNames: change.names }),
        ...(change.values && { ExpressionAttributeValues: change.values }),
        ReturnValues: 'ALL_OLD',
      }),
    );
    return { before: Attributes };
  } catch (error) {
    return error instanceof ConditionalCheckFailedException ? 'refused' : toTableUnavailable(error);
  }
}

/** Items of one service by their sort key, both ends included; the newest first, so many at most. A page ends at 1 MB (API_Query), so it may take several. */
export async function queryItems(
  pk: string,
  { from, to, limit }: { from: string; to: string; limit: number },
): Promise<unknown[] | TableUnavailable> {
  const items: unknown[] = [];
  let page: QueryPage = {};
  try {
    do {
      page = await fetchNextPage({ ':pk': pk, ':from': from, ':to': to }, limit - items.length, page);
      items.push(...(page.Items ?? []));
    } while (page.LastEvaluatedKey !== undefined && items.length < limit);
    return items;
  } catch (error) {
    return toTableUnavailable(error);
  }
}

type QueryPage = Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>;

const fetchNextPage = (
  values: Record<string, string>,
  limit: number,
  { LastEvaluatedKey }: QueryPage,
): Promise<QueryPage> =>
  client.send(
    new QueryCommand({
      TableName: tableName(),
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: values,
      ScanIndexForward: false,
      Limit: limit,
      ...(LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey }),
    }),
  );
