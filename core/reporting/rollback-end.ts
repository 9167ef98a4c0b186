import type { ExecutionData } from './execution-data.ts';
import { completeLedgerEntry, type LedgerEntry } from './ledger.ts';
import { createLedgerEntry, determineDeploymentResult } from './ledger-entry.ts';

/** The ledger entry with the state in which the service finally was left, after the result was reported; undefined if the rollback has not ended. */
export function createRollbackEnd(data: ExecutionData, now: Date): LedgerEntry | undefined {
  const { standing, report } = data;
  const begun = createLedgerEntry(data);
  if (begun === undefined || standing?.outcome !== 'settled') return undefined;
  const reported = { ...data, standing: undefined };
  const end = { at: now, result: determineDeploymentResult(reported, false), reason: report?.message ?? '' };
  const { back: rolledBack, sentence } = standing;
  return { ...completeLedgerEntry(begun, end), rollback: { end: now.toISOString(), rolledBack, sentence } };
}
