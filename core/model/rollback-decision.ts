import type { Release } from './release.ts';
import type { LeaseState, ReleasePlan, Rollout, Verdict } from './state-data.ts';

/**
 * `$.decision`, by Decide Rollback: how to roll back, and why. The machine merges `data` into the state's data, which then is that of a release whose
 * rollout failed: Roll Back stops the deployment, or restores this revision.
 */
export type RollbackDecision =
  | { do: 'nothing'; reason: string }
  | { do: 'stop'; reason: string; data: FailedRelease }
  | { do: 'revision'; reason: string; revision: string; data: FailedRelease };

/** The data with which Roll Back begins. */
export interface FailedRelease {
  release: Release;
  plan: ReleasePlan;
  /** The deployment that is rolled back. */
  rollout: Rollout;
  verdict: Verdict;
  /** The state of the lease until Take Lease has returned its first result. */
  lease: LeaseState;
}
