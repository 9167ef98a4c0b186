import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { buildAccountId } from '../start.ts';
import {
  as,
  client,
  clock,
  createRole,
  createTable,
  createTestMachine,
  readHistory,
  taskDefinition,
} from './state-machines.ts';

/** Machines whose tasks wait for a token, and the callers that complete those tasks. */
const tables = new DynamoDBClient(as(buildAccountId));
export const taskRole = createRole('asker', 'states', 'dynamodb:*');
export const resource = 'putItem.waitForTaskToken';
export const Resource = `arn:aws:states:::aws-sdk:dynamodb:${resource}`;
await createTable('waiting');

export const Parameters = {
  TableName: 'waiting',
  Item: { id: { 'S.$': '$$.Execution.Id' }, token: { 'S.$': '$$.Task.Token' } },
};

/** Creates a machine whose task writes its token to the table and waits. */
export const createWaitingMachine = (more: Record<string, unknown> = {}) =>
  createTestMachine(taskDefinition(Resource, { Parameters, ...more }), taskRole);

/** Waits until an execution has written its token, and returns it; no simulated time passes. */
export async function readToken(id: string): Promise<string> {
  let token: string | undefined;
  await clock.advanceUntil(async () => {
    const { Item } = await tables.send(new GetItemCommand({ TableName: 'waiting', Key: { id: { S: id } } }));
    token = Item?.token?.S;
    return token !== undefined;
  }, 0);
  return token!;
}

export const sendSuccess = (taskToken: string, output: unknown = { found: 1 }) =>
  client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
export const sendFailure = (taskToken: string, error?: string, cause?: string) =>
  client.send(new SendTaskFailureCommand({ taskToken, error, cause }));
export const readEventTypes = async (execution: string) => (await readHistory(execution)).map(({ type }) => type);
export const taskTimedOut = { name: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" };
