import type { JobReport } from '../core/model/job-report.ts';
import type { Target } from '../core/model/release.ts';
import type { ExecutionData } from '../core/reporting/execution-data.ts';
import { completeLedgerEntry, type LedgerEntry } from '../core/reporting/ledger.ts';
import { createLedgerEntry, createUntouchedEntry, determineDeploymentResult } from '../core/reporting/ledger-entry.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { publishLedgerEvent } from './eventbridge.ts';
import type { ClockAndLogger, Logger } from './lambda.ts';
import { writeEntryUnlessEnded } from './ledger.ts';
import { releaseLease } from './release-lease.ts';

/** Concludes an execution, except for the report to CodePipeline: releases the lease, completes the ledger entry and publishes an event. Never throws. */
export async function concludeExecution(
  data: ExecutionData,
  report: JobReport,
  { now, readTime, logger }: ClockAndLogger,
): Promise<void> {
  if (data.release === undefined) return concludeUnneededRollback(data, { report, now, logger });
  // If a release succeeded, Update Service has already released its lease.
  const isReleased = report.type === 'Succeeded' && data.rollout !== undefined;
  if (!isReleased) await releaseLease(data.release.target, data.lease, { execution: data.execution, now: readTime() });
  const started = createLedgerEntry(data);
  if (started === undefined) return;
  const result = determineDeploymentResult(data, report.type === 'Succeeded');
  await recordEnd(completeLedgerEntry(started, { at: now, result, reason: report.message }), logger);
}

/** Records and announces a rollback with nothing to do, if somebody has to know of it. */
async function concludeUnneededRollback(data: ExecutionData, { report, now, logger }: Conclusion): Promise<void> {
  const { service } = data.decision ?? {};
  const started = service && createUntouchedEntry(data, service.target, service.taskDefinition);
  if (started === undefined) return;
  await recordEnd(completeLedgerEntry(started, { at: now, result: 'NothingToDo', reason: report.message }), logger);
}

/** The report of an execution, and the time of its end. */
type Conclusion = { report: JobReport } & Pick<ClockAndLogger, 'now' | 'logger'>;

/** Records and announces an execution that was refused before it knew what to deploy. `target`: the service that its input names. Never throws. */
export async function concludeRefusedExecution(
  data: ExecutionData,
  target: Target,
  { report, now, logger }: Conclusion,
): Promise<void> {
  const started = createUntouchedEntry(data, target);
  if (started === undefined) return;
  await recordEnd(completeLedgerEntry(started, { at: now, result: 'Failed', reason: report.message }), logger);
}

async function recordEnd(entry: LedgerEntry, logger: Logger): Promise<void> {
  const written = await writeEntryUnlessEnded(entry);
  if (isTableUnavailable(written)) logger.warn('The ledger was not completed', { why: written.unavailable });
  // Publishes even if an earlier attempt has completed the entry, because that attempt may have ended before it published the event.
  const failure = await publishLedgerEvent(entry);
  if (failure !== undefined) logger.warn('The end was not published', { why: failure });
}
