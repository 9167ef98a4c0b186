import { isTableUnavailable } from '../aws/dynamodb.ts';
import { publishLedgerEvent } from '../aws/eventbridge.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { addRollbackEndToEntry } from '../aws/ledger.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createRollbackEndEntry } from '../core/reporting/rollback-end.ts';

/**
 * State Report Rollback: records and publishes the final state of the service after a rollback that continued after the result. An error here does
 * not fail the execution.
 */
export const handler = createLambdaHandler(
  parseExecutionData,
  async (data, { now, logger }): Promise<{ isPublished: boolean }> => {
    const entry = createRollbackEndEntry(data, now);
    if (entry === undefined) return { isPublished: false };
    const written = await addRollbackEndToEntry(entry);
    if (isTableUnavailable(written)) logger.warn('The ledger was not updated', { why: written.unavailable });
    const unsent = await publishLedgerEvent(entry);
    if (unsent !== undefined) logger.warn('The event was not sent', { why: unsent });
    return { isPublished: true };
  },
);
