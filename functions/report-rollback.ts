import { isTableUnavailable } from '../aws/dynamodb.ts';
import { publishLedgerEvent } from '../aws/eventbridge.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { writeRollbackEnd } from '../aws/ledger.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createRollbackEnd } from '../core/reporting/rollback-end.ts';

/** State Report Rollback: records and publishes, after the result, where a rollback that continued has left the service. An error here fails nothing. */
export const handler = lambdaHandler(parseExecutionData, async (data, { now, logger }): Promise<{ told: boolean }> => {
  const entry = createRollbackEnd(data, now);
  if (entry === undefined) return { told: false };
  const written = await writeRollbackEnd(entry);
  if (isTableUnavailable(written)) logger.warn('The ledger was not updated', { why: written.unavailable });
  const unsent = await publishLedgerEvent(entry);
  if (unsent !== undefined) logger.warn('The event was not sent', { why: unsent });
  return { told: true };
});
