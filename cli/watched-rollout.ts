import type { StageProgress } from '../core/model/stage-progress.ts';
import type { Rollout } from '../core/model/state-data.ts';
import type { WatchedData } from './watched-data.ts';

/** The deployment that an execution waits for, and the execution's data about it. */
export interface WatchedRollout {
  rollout: Rollout;
  serviceDeploymentArn?: string | undefined;
  progress?: StageProgress | undefined;
}

/**
 * Returns the deployment that an execution waits for: the deployment that restores a revision, a newer deployment with the same images, or the execution's own
 * deployment. In a rollback, the data of the rollout describes the deployment to roll back.
 */
export function findWatchedRollout({
  rollout,
  rollback,
  rollbackOutcome,
  verdict,
}: WatchedData): WatchedRollout | undefined {
  const { deploymentId, deploymentStartedAt: startedAt, taskDefinition } = rollback ?? {};
  if (deploymentId !== undefined && startedAt !== undefined && taskDefinition !== undefined)
    return {
      rollout: { deploymentId, startedAt, taskDefinition },
      serviceDeploymentArn: rollbackOutcome?.serviceDeploymentArn,
    };
  const { serviceDeploymentArn, progress, following = rollout } = verdict ?? {};
  const own = following ?? rollout;
  return own && { rollout: own, serviceDeploymentArn, progress };
}
