import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodb } from '../../local/dynamodb.ts';
import { buildAccountId, region, startCloud } from '../start.ts';

const TableName = 'ledger';
export const partitionKey = 'service#222222222222/eu-west-1/web-shop/web';

/** Creates the table, and puts its name into the environment. */
export async function createTable(admin: DynamoDBDocumentClient): Promise<void> {
  const attributes = ['pk', 'sk'];
  await admin.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: attributes.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  process.env.TABLE = TableName;
}

/** The table in the embedded AWS, which the environment names, and an administrator's access to it. */
export async function createLedgerTable(...more: Parameters<typeof startCloud>) {
  const started = await startCloud(dynamodb, ...more);
  const { credentials } = started.as(buildAccountId);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: started.cloud.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const admin = DynamoDBDocumentClient.from(new DynamoDBClient(started.as(buildAccountId)));
  await createTable(admin);
  const items = async (): Promise<Record<string, unknown>[]> => {
    const ExpressionAttributeValues = { ':pk': partitionKey };
    const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues };
    return (await admin.send(new QueryCommand(query))).Items ?? [];
  };
  const put = (item: object) => admin.send(new PutCommand({ TableName, Item: { pk: partitionKey, ...item } }));
  /** Makes the table unavailable while `act` runs. */
  const without = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    const service = started.cloud.services.get('dynamodb')!;
    started.cloud.services.delete('dynamodb');
    try {
      return await act();
    } finally {
      started.cloud.services.set('dynamodb', service);
    }
  };
  return { ...started, items, put, without };
}
