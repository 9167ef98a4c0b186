import { isTableUnavailable } from '../aws/dynamodb.ts';
import { publishLedgerEvent } from '../aws/eventbridge.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { writeRollbackEnd } from '../aws/ledger.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createRollbackEndEntry } from '../core/reporting/rollback-end.ts';

/**
 * State Report Rollback: records and publishes the final state of the service after a rollback that continued after the result. An error here does
 * not fail the execution.
 */
export const handler = lambdaHandler(parseExecutionData, async (data, { now, logger }): Promise<{ told: boolean }> => {
  const entry = createRollbackEndEntry(data, now);
  if (entry === undefined) return { told: false };
  const written = await writeRollbackEnd(entry);
  if (isTableUnavailable(written)) logger.warn('The ledger was not updated', { why: written.unavailable });
  const unsent = await publishLedgerEvent(entry);
  if (unsent !== undefined) logger.warn('The event was not sent', { why: unsent });
  return { told: true };
});
