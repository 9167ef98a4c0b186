import { findCommit } from '../aws/codepipeline.ts';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { publishLedgerEvent } from '../aws/eventbridge.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { writeEntry } from '../aws/ledger.ts';
import type { StartRecord } from '../core/model/start-record.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createLedgerEntry } from '../core/reporting/ledger-entry.ts';

/** State Record Start: the ledger's entry, and an event for others. Neither can fail a deployment; a retry writes the same. */
export const handler = lambdaHandler(parseExecutionData, async (story, { now, logger }): Promise<StartRecord> => {
  const { source, started = now.toISOString() } = story;
  const commit =
    source.type === 'pipeline' && source.name && source.executionId
      ? await findCommit(source.name, source.executionId)
      : undefined;
  const record = { start: started, commit };
  const entry = createLedgerEntry({ ...story, record });
  if (entry === undefined) return record;
  const written = await writeEntry(entry);
  const untold = await publishLedgerEvent(entry);
  if (untold !== undefined) logger.warn('The start was not announced', { why: untold });
  if (!isTableUnavailable(written)) return record;
  logger.warn('The ledger was not written', { why: written.unavailable });
  return { ...record, warning: `The ledger was not written: ${written.unavailable}.` };
});
