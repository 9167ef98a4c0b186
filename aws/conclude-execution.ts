import type { JobReport } from '../core/model/state-data.ts';
import type { ExecutionData } from '../core/reporting/execution-data.ts';
import { completeLedgerEntry } from '../core/reporting/ledger.ts';
import { createLedgerEntry, determineDeploymentResult } from '../core/reporting/ledger-entry.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { publishLedgerEvent } from './eventbridge.ts';
import type { ClockAndLogger } from './lambda.ts';
import { releaseLease } from './lease.ts';
import { writeEntry } from './ledger.ts';

/** What an execution's end means to all but CodePipeline: its lease is free, the ledger is complete, others hear of it. Throws nothing. */
export async function concludeExecution(
  story: ExecutionData,
  report: JobReport,
  { now, logger }: ClockAndLogger,
): Promise<void> {
  if (story.release === undefined) return;
  // A release that arrived gave it back when its service was updated.
  const isBack = report.type === 'Succeeded' && story.rollout !== undefined;
  if (!isBack) await releaseLease(story.release.target, story.lease, { execution: story.execution, now });
  const begun = createLedgerEntry(story);
  if (begun === undefined) return;
  const result = determineDeploymentResult(story, report.type === 'Succeeded');
  const entry = completeLedgerEntry(begun, { at: now, result, reason: report.message });
  const written = await writeEntry(entry);
  if (isTableUnavailable(written)) logger.warn('The ledger was not completed', { why: written.unavailable });
  // Also where an earlier try has completed it: it may have died right after.
  const untold = await publishLedgerEvent(entry);
  if (untold !== undefined) logger.warn('The end was not announced', { why: untold });
}
