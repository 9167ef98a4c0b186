import type { Release } from '../model/release.ts';
import type { RollbackActionResult, Rollout } from '../model/state-data.ts';
import { longestExecutionMs } from './attempts-end.ts';

/** Returns the deployment that restores the old revision; undefined if ECS restores the revision, or if the deployment is not known. */
export function restoreRolloutOf(result: RollbackActionResult | undefined): Rollout | undefined {
  const { deploymentId, deploymentStartedAt: startedAt, taskDefinition } = result ?? {};
  if (deploymentId === undefined || startedAt === undefined || taskDefinition === undefined) return undefined;
  return { deploymentId, taskDefinition, startedAt };
}

/** Returns the release with which Gantry watches the restoring deployment: it has no deadline, no rollback and no bake time. */
export const createRestoreRelease = (release: Release, { at }: { at: string }): Release => ({
  ...release,
  deadline: new Date(Date.parse(at) + longestExecutionMs).toISOString(),
  bakeMinutes: 0,
  rollBackOnFailure: false,
  images: [],
});
