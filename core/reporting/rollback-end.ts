import type { ExecutionData } from './execution-data.ts';
import { completeLedgerEntry, type LedgerEntry } from './ledger.ts';
import { createLedgerEntry, determineDeploymentResult } from './ledger-entry.ts';

/** Creates the ledger entry with the final state of the service, after the result was reported; undefined if the rollback has not ended. */
export function createRollbackEndEntry(data: ExecutionData, now: Date): LedgerEntry | undefined {
  const { rollbackOutcome, report } = data;
  const begun = createLedgerEntry(data);
  if (begun === undefined || rollbackOutcome?.outcome !== 'settled') return undefined;
  const reported = { ...data, rollbackOutcome: undefined };
  const end = { at: now, result: determineDeploymentResult(reported, false), reason: report?.message ?? '' };
  const { back: rolledBack, sentence } = rollbackOutcome;
  return { ...completeLedgerEntry(begun, end), rollback: { end: now.toISOString(), rolledBack, sentence } };
}
