import type { ExecutionData } from './execution-data.ts';
import { completeLedgerEntry, type LedgerEntry } from './ledger.ts';
import { createLedgerEntry, determineDeploymentResult } from './ledger-entry.ts';

/** The ledger's entry with where the service really ended, after the result was reported; undefined if the rollback has not ended. */
export function createRollbackEnd(story: ExecutionData, now: Date): LedgerEntry | undefined {
  const { standing, report } = story;
  const begun = createLedgerEntry(story);
  if (begun === undefined || standing?.outcome !== 'settled') return undefined;
  const reported = { ...story, standing: undefined };
  const end = { at: now, result: determineDeploymentResult(reported, false), reason: report?.message ?? '' };
  const { back: rolledBack, sentence } = standing;
  return { ...completeLedgerEntry(begun, end), rollback: { end: now.toISOString(), rolledBack, sentence } };
}
