import { commitOf } from '../aws/codepipeline.ts';
import { isUnavailable } from '../aws/dynamodb.ts';
import { announce } from '../aws/eventbridge.ts';
import { door } from '../aws/lambda.ts';
import { writeEntry } from '../aws/ledger.ts';
import type { Recorded } from '../core/model/recorded.ts';
import { storyOf } from '../core/reporting/execution-data.ts';
import { entryOf } from '../core/reporting/ledger-entry.ts';

/** State Record Start: the ledger's entry, and an event for others. Neither can fail a deployment; a retry writes the same. */
export const handler = door(storyOf, async (story, { now, logger }): Promise<Recorded> => {
  const { source, started = now.toISOString() } = story;
  const commit =
    source.type === 'pipeline' && source.name && source.executionId
      ? await commitOf(source.name, source.executionId)
      : undefined;
  const record = { start: started, commit };
  const entry = entryOf({ ...story, record });
  if (entry === undefined) return record;
  const written = await writeEntry(entry);
  const untold = await announce(entry);
  if (untold !== undefined) logger.warn('The start was not announced', { why: untold });
  if (!isUnavailable(written)) return record;
  logger.warn('The ledger was not written', { why: written.unavailable });
  return { ...record, warning: `The ledger was not written: ${written.unavailable}.` };
});
