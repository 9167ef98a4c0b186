import type { DeploymentResult, LedgerEntry } from './ledger.ts';

/** An event for other systems, on the build account's default bus. docs/events.md describes it; a breaking change increments `version`. */
export interface DeploymentEvent {
  detailType: string;
  detail: LedgerEntry;
  /** What EventBridge lists as `resources`: the execution. */
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

/** Returns the word for how a deployment ended, as in its event's `detail-type`. */
export const labelResult = ({ result }: LedgerEntry): string =>
  result === undefined ? 'Started' : resultLabels[result];

function detailTypeOf(entry: LedgerEntry): string {
  const { rollback } = entry;
  if (rollback !== undefined) return `Gantry Rollback ${rollback.rolledBack ? 'Succeeded' : 'Failed'}`;
  return `Gantry Deployment ${labelResult(entry)}`;
}

/** Returns the event for a ledger entry: that the deployment began, how it ended, or where its rollback left the service after that. */
export const createDeploymentEvent = (entry: LedgerEntry): DeploymentEvent => ({
  detailType: detailTypeOf(entry),
  detail: entry,
  resources: [entry.execution],
});
