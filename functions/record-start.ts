import { readPipelineFacts } from '../aws/codepipeline.ts';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { publishLedgerEvent } from '../aws/eventbridge.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { writeEntryUnlessEnded } from '../aws/ledger.ts';
import type { StartRecord } from '../core/model/start-record.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createLedgerEntry } from '../core/reporting/ledger-entry.ts';
import { pipelineExecutionOf } from '../core/reporting/pipeline-facts.ts';

/** State Record Start: writes the ledger entry and publishes an event. If either fails, the deployment continues. A retry writes the same entry. */
export const handler = createLambdaHandler(parseExecutionData, async (data, { now, logger }): Promise<StartRecord> => {
  const { source, started = now.toISOString() } = data;
  const pipeline = pipelineExecutionOf(source);
  const facts = pipeline === undefined ? {} : await readPipelineFacts(pipeline.name, pipeline.executionId);
  const record: StartRecord = { start: started, ...facts };
  const entry = createLedgerEntry({ ...data, record });
  if (entry === undefined) return record;
  const written = await writeEntryUnlessEnded(entry);
  const failure = await publishLedgerEvent(entry);
  if (failure !== undefined) logger.warn('The start was not published', { why: failure });
  if (!isTableUnavailable(written)) return record;
  logger.warn('The ledger was not written', { why: written.unavailable });
  return { ...record, warning: `The ledger was not written: ${written.unavailable}.` };
});
