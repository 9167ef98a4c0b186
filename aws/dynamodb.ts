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

/** The result of a call if the table does not answer. It is never thrown, because no deployment waits for the table or fails because of it. */
export interface TableUnavailable {
  unavailable: string;
}

export const isTableUnavailable = (answer: unknown): answer is TableUnavailable =>
  typeof answer === 'object' && answer !== null && 'unavailable' in answer;

/** The client makes two attempts of two seconds each. DynamoDB answers in milliseconds unless it is impaired, and a state has one minute in total. */
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

/** Returns the current item (a strongly consistent read), or undefined. */
export async function getItem(key: TableKey): Promise<unknown | TableUnavailable> {
  try {
    const { Item } = await client.send(new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }));
    return Item;
  } catch (error) {
    return toTableUnavailable(error);
  }
}

/** A condition on the existing item, in DynamoDB's syntax: `#name` for an attribute, `:name` for a value. */
export interface WriteCondition {
  text: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

/**
 * Writes the whole item. `refused`: the condition was not met. This is also the result of a second attempt if the first attempt succeeded and its answer was
 * lost.
 */
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

/** A change of an item, in DynamoDB's syntax. */
export interface ItemUpdate extends Omit<WriteCondition, 'text'> {
  update: string;
  condition?: string | undefined;
}

/** Updates or creates an item; returns its previous value. `refused`: the condition was not met. */
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

/** Returns at most `limit` items of one service whose sort key is between `from` and `to`, newest first. A page ends at 1 MB (API_Query), so this can take several calls. */
export async function queryNewestItems(
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
