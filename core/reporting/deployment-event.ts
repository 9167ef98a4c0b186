import type { DeploymentResult, LedgerEntry } from './ledger.ts';

/** An event for others, on the build account's default bus. docs/events.md describes it; a change that breaks a reader gets the next `version`. */
export interface DeploymentEvent {
  detailType: string;
  detail: LedgerEntry;
  /** What EventBridge lists as `resources`: the execution. */
  resources: string[];
}

/** `source` of every event of ours. */
export const eventSource = 'gantry';

const resultLabels: Record<DeploymentResult, string> = {
  Succeeded: 'Succeeded',
  Unchanged: 'Succeeded',
  NothingToDo: 'Succeeded',
  Failed: 'Failed',
  RolledBack: 'Rolled Back',
  Superseded: 'Superseded',
};

function detailTypeOf({ result, rollback }: LedgerEntry): string {
  if (rollback !== undefined) return `Gantry Rollback ${rollback.rolledBack ? 'Succeeded' : 'Failed'}`;
  return `Gantry Deployment ${result === undefined ? 'Started' : resultLabels[result]}`;
}

/** What others are told about an entry of the ledger: that it began, how it ended, or where its rollback left the service after that. */
export const createDeploymentEvent = (entry: LedgerEntry): DeploymentEvent => ({
  detailType: detailTypeOf(entry),
  detail: entry,
  resources: [entry.execution],
});
