import { checkEach } from './counts.ts';
import { callingExecution, isOf, mayFaultsPrevent } from './effects.ts';
import type { ChaosLedgerEntry } from './ledger.ts';
import { deploymentLabel } from './plan.ts';
import type { PlanRun } from './plan-run.ts';

type EndEntry = ChaosLedgerEntry & { end: number };

/** The entries that are complete. */
export const listEndEntries = ({ ledger }: PlanRun): EndEntry[] =>
  ledger.flatMap((entry) => (entry.end === undefined ? [] : [{ ...entry, end: entry.end }]));

/** If the table does not answer, an entry can stay open or can be absent. */
const canTableFail = (run: PlanRun): boolean => mayFaultsPrevent(run, /dynamodb|report-|record-start/);

/** Every entry is complete at the end, however its execution ended. */
export function entriesClose(run: PlanRun): string[] {
  if (run.hung !== undefined || canTableFail(run)) return [];
  return checkEach(run, 'entries of the ledger that close', run.ledger, ({ execution, end }) =>
    end === undefined ? `the entry of ${execution} is still open` : undefined,
  );
}

/**
 * Whether an execution found that its job was over before the execution could begin, because somebody had abandoned the pipeline execution, and deployed
 * nothing.
 */
function wasJobOver({ effects }: PlanRun, execution: string): boolean {
  const own = effects.filter((effect) => callingExecution(effect) === execution);
  const changes = own.filter(({ operation }) => /^(RegisterTaskDefinition|UpdateService|RunTask)$/.test(operation));
  const isOver = own.some(
    (effect) => isOf(effect, 'AcknowledgeJob') && /Failed|Succeeded|TimedOut/.test(effect.answer?.status),
  );
  return isOver && changes.length === 0;
}

/** Every execution of a deployment has one entry, even if the execution died. */
export function executionsAreRecorded(run: PlanRun): string[] {
  if (run.hung !== undefined || canTableFail(run)) return [];
  const executions = [...run.executions]
    .flatMap(([index, arns]) => arns.map((arn) => ({ index, arn })))
    .filter(({ arn }) => !wasJobOver(run, arn));
  return checkEach(run, 'executions in the ledger', executions, ({ index, arn }) => {
    const own = run.ledger.filter(({ execution }) => execution === arn);
    return own.length === 1 ? undefined : `${deploymentLabel(index)} has ${own.length} entries in the ledger`;
  });
}

/** An event announces the end of every entry. */
export function endsAreAnnounced(run: PlanRun): string[] {
  if (mayFaultsPrevent(run, /^(events|gantry|dynamodb)|report-/)) return [];
  return checkEach(run, 'ends that an event announces', listEndEntries(run), ({ execution, result }) =>
    run.events.some(
      ({ source, detail }) => source === 'gantry' && detail.execution === execution && detail.result === result,
    )
      ? undefined
      : `no event says that ${execution} ended as ${result}`,
  );
}
