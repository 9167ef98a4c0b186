import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { services } from './config.ts';

/** An entry of the ledger. Times in ms; `end` and `result` are absent while the entry is open. */
export interface ChaosLedgerEntry {
  index: number;
  kind: string;
  execution: string;
  after?: string | undefined;
  end?: number | undefined;
  result?: string | undefined;
  reason: string;
}

/** Reads all entries of all services from the table. */
export async function readLedger({ admin, system }: InProcessSystem): Promise<ChaosLedgerEntry[]> {
  const found = services.map(async ({ account, cluster, name }, index) => {
    const { Items } = (await admin(system.account)('dynamodb', 'Query', {
      TableName: system.table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: {
        ':pk': { S: `service#${account}/eu-west-1/${cluster}/${name}` },
        ':sk': { S: 'deployment#' },
      },
    })) as { Items: Record<string, { S?: string }>[] };
    return Items.map(({ kind, execution, after, end, result, reason }) => ({
      index,
      kind: kind?.S ?? '',
      execution: execution?.S ?? '',
      after: after?.S,
      end: end?.S === undefined ? undefined : Date.parse(end.S),
      result: result?.S,
      reason: reason?.S ?? '',
    }));
  });
  return (await Promise.all(found)).flat();
}
