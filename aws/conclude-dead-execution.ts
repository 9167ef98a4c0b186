import { isRollbackExecution } from '../core/config/resource-names.ts';
import type { ExecutionSource } from '../core/model/execution-source.ts';
import type { Target } from '../core/model/release.ts';
import type { PipelineFacts } from '../core/model/start-record.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { tryParseDeployedRevision } from '../core/reporting/dead-execution.ts';
import { completeLedgerEntry } from '../core/reporting/ledger.ts';
import { createUntouchedEntry } from '../core/reporting/ledger-entry.ts';
import { chooseKindToReport, labelStageRollback } from '../core/reporting/pipeline-facts.ts';
import { publishLedgerEvent } from './eventbridge.ts';
import type { ClockAndLogger } from './lambda.ts';
import { findLedgerEntryByStart, writeEntryUnlessEnded } from './ledger.ts';
import { addPipelineFacts } from './pipeline-facts.ts';
import { releaseLeaseOfDeadExecution } from './release-lease.ts';
import { readLastStateData } from './sfn-executions.ts';

/** An execution that ended without reporting: its ARN, its target, its start, and why it ended. */
export interface UnreportedExecution {
  execution: string;
  target: Target;
  start: Date;
  reason: string;
  /** The cause of the execution, if it was started for this one service. Such an execution gets an entry even if it died before it wrote one. */
  source?: ExecutionSource | undefined;
  /** CodePipeline's facts about the pipeline execution that started this execution, if Gantry has asked for them. */
  pipelineFacts?: PipelineFacts | undefined;
}

/**
 * Concludes an execution that died before its own states could conclude it (aws/conclude-execution.ts): releases the lease, completes the ledger entry and
 * publishes an event. Changes nothing if the entry is complete.
 */
export async function recordDeadExecutionEnd(
  dead: UnreportedExecution,
  { now, logger }: ClockAndLogger,
): Promise<void> {
  const { execution, target, start, reason, source } = dead;
  await releaseLeaseOfDeadExecution(target, { execution, now });
  const kind = isRollbackExecution(execution) ? 'rollback' : 'deploy';
  const started =
    (await findLedgerEntryByStart(identifyService(target), execution, start)) ??
    (source && createUntouchedEntry({ execution, kind, source, started: start.toISOString() }, target));
  if (started === undefined || started.end !== undefined) return;
  const { pipelineFacts } = await addPipelineFacts({ source: started.source, pipelineFacts: dead.pipelineFacts });
  const after = tryParseDeployedRevision(await readLastStateData(execution).catch(() => undefined));
  const entry = completeLedgerEntry(
    {
      ...started,
      kind: chooseKindToReport({ kind: started.kind, pipelineFacts }),
      commit: started.commit ?? pipelineFacts?.commit,
      after: started.after ?? after,
    },
    { at: now, result: 'Failed', reason: dead.pipelineFacts ? reason : labelStageRollback({ pipelineFacts }, reason) },
  );
  if ((await writeEntryUnlessEnded(entry)) !== 'written') return;
  const failure = await publishLedgerEvent(entry);
  if (failure !== undefined) logger.warn('The end was not published', { why: failure });
}
