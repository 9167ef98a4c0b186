import type { Target } from '../core/model/release.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { findDeployedRevision } from '../core/reporting/dead-execution.ts';
import { completeLedgerEntry } from '../core/reporting/ledger.ts';
import { publishLedgerEvent } from './eventbridge.ts';
import type { ClockAndLogger } from './lambda.ts';
import { releaseLeaseOfDeadExecution } from './lease.ts';
import { findEntryStartedAt, writeEntry } from './ledger.ts';
import { readLastData } from './sfn-executions.ts';

/** An execution that died: which one, where it was going, and why it ended. */
export interface DeadRelease {
  execution: string;
  target: Target;
  start: Date;
  reason: string;
}

/** What the end of an execution that did not come to it by itself means to all but CodePipeline (aws/conclude-execution.ts). One that reported itself is in the ledger already, and was announced. */
export async function concludeDeadExecution(dead: DeadRelease, { now, logger }: ClockAndLogger): Promise<void> {
  const { execution, target, start, reason } = dead;
  await releaseLeaseOfDeadExecution(target, { execution, now });
  const begun = await findEntryStartedAt(identifyService(target), execution, start);
  if (begun === undefined || begun.end !== undefined) return;
  const after = findDeployedRevision(await readLastData(execution).catch(() => undefined));
  const entry = completeLedgerEntry({ ...begun, after: begun.after ?? after }, { at: now, result: 'Failed', reason });
  if ((await writeEntry(entry)) !== 'written') return;
  const untold = await publishLedgerEvent(entry);
  if (untold !== undefined) logger.warn('The end was not announced', { why: untold });
}
