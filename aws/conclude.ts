import type { Report } from '../core/model/states.ts';
import type { Story } from '../core/reporting/execution-data.ts';
import { ended } from '../core/reporting/ledger.ts';
import { entryOf, resultOf } from '../core/reporting/ledger-entry.ts';
import { isUnavailable } from './dynamodb.ts';
import { announce } from './eventbridge.ts';
import type { Surroundings } from './lambda.ts';
import { giveBack } from './lease.ts';
import { writeEntry } from './ledger.ts';

/** What an execution's end means to all but CodePipeline: its lease is free, the ledger is complete, others hear of it. Throws nothing. */
export async function conclude(story: Story, report: Report, { now, logger }: Surroundings): Promise<void> {
  if (story.release === undefined) return;
  // A release that arrived gave it back when its service was updated.
  const isBack = report.type === 'Succeeded' && story.rollout !== undefined;
  if (!isBack) await giveBack(story.release.target, story.lease, { execution: story.execution, now });
  const begun = entryOf(story);
  if (begun === undefined) return;
  const result = resultOf(story, report.type === 'Succeeded');
  const entry = ended(begun, { at: now, result, reason: report.message });
  const written = await writeEntry(entry);
  if (isUnavailable(written)) logger.warn('The ledger was not completed', { why: written.unavailable });
  // Also where an earlier try has completed it: it may have died right after.
  const untold = await announce(entry);
  if (untold !== undefined) logger.warn('The end was not announced', { why: untold });
}
