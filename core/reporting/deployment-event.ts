import type { DeploymentResult, LedgerEntry } from './ledger.ts';

/** An event for other systems, on the build account's default bus. docs/events.md describes it; a breaking change increments `version`. */
export interface DeploymentEvent {
  detailType: string;
  detail: LedgerEntry;
  /** The event's `resources`: the execution. */
  resources: string[];
}

/** `source` of every event that Gantry publishes. */
export const eventSource = 'gantry';

const resultLabels: Record<DeploymentResult, string> = {
  Succeeded: 'Succeeded',
  Unchanged: 'Succeeded',
  NothingToDo: 'Succeeded',
  Failed: 'Failed',
  RolledBack: 'Rolled Back',
  Superseded: 'Superseded',
};

/** Returns the word for how an entry ended, as in its event's `detail-type`. An execution of the rollback machine that restored a revision has succeeded. */
export const labelEntryResult = ({ kind, result }: LedgerEntry): string => {
  if (result === undefined) return 'Started';
  return kind === 'rollback' && result === 'RolledBack' ? resultLabels.Succeeded : resultLabels[result];
};

function detailTypeOf(entry: LedgerEntry): string {
  const { kind, rollback } = entry;
  if (rollback !== undefined) return `Gantry Rollback ${rollback.rolledBack ? 'Succeeded' : 'Failed'}`;
  return `Gantry ${kind === 'rollback' ? 'Rollback' : 'Deployment'} ${labelEntryResult(entry)}`;
}

/** Returns the event for a ledger entry: the beginning of the deployment, its end, or the end of a rollback that continued after the result. */
export const createDeploymentEvent = (entry: LedgerEntry): DeploymentEvent => ({
  detailType: detailTypeOf(entry),
  detail: entry,
  resources: [entry.execution],
});
