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

/** What others are told of an entry of the ledger: that it began, or how it ended. */
export const createDeploymentEvent = (entry: LedgerEntry): DeploymentEvent => ({
  detailType: `Gantry Deployment ${entry.result === undefined ? 'Started' : resultLabels[entry.result]}`,
  detail: entry,
  resources: [entry.execution],
});
