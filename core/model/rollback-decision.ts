import * as z from 'zod';
import type { Release, Target } from './release.ts';
import type { LeaseState, ReleasePlan, Rollout, Verdict } from './state-data.ts';
import { targetSchema } from './state-schemas.ts';

/**
 * `$.decision`, by Decide Rollback: how to roll back, and why. The machine merges `data` into the state's data. The result has the form of a release whose
 * rollout failed, so Roll Back stops the deployment or restores this revision.
 */
export type RollbackDecision =
  | { do: 'nothing'; reason: string; service?: UntouchedService | undefined }
  | { do: 'stop'; reason: string; data: FailedRelease }
  | { do: 'revision'; reason: string; revision: string; data: FailedRelease };

/** The service that is not rolled back, and the revision that it runs. Present if the ledger gets an entry. */
export interface UntouchedService {
  target: Target;
  taskDefinition: string;
}

export const untouchedServiceSchema: z.ZodType<UntouchedService> = z.object({
  target: targetSchema,
  taskDefinition: z.string(),
});

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
