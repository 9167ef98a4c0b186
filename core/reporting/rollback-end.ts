import { escapeLines } from '../parsing/escape-texts.ts';
import type { ExecutionData } from './execution-data.ts';
import { createFailureReport, omitContainerOutput } from './failure-report.ts';
import { completeLedgerEntry, type LedgerEntry } from './ledger.ts';
import { createLedgerEntry, determineDeploymentResult } from './ledger-entry.ts';

/** Creates the ledger entry with the final state of the service after a rollback that continued after the report; undefined if the rollback has not ended. */
export function createRollbackEndEntry(data: ExecutionData, now: Date): LedgerEntry | undefined {
  const { rollbackOutcome } = data;
  const begun = createLedgerEntry(data);
  if (begun === undefined || rollbackOutcome?.outcome !== 'settled') return undefined;
  const reported = omitContainerOutput({ ...data, rollbackOutcome: undefined });
  const result = determineDeploymentResult(reported, false);
  const end = { at: now, result, reason: createFailureReport(reported).message };
  const { back: rolledBack, sentence } = rollbackOutcome;
  return {
    ...completeLedgerEntry(begun, end),
    rollback: { end: now.toISOString(), rolledBack, sentence: escapeLines(sentence) },
  };
}
