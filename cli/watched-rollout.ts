import type { StageProgress } from '../core/model/stage-progress.ts';
import type { Rollout } from '../core/model/state-data.ts';
import type { WatchedData } from './watched-data.ts';

/** The deployment that an execution waits for, and what the execution knows of it. */
export interface WatchedRollout {
  rollout: Rollout;
  serviceDeploymentArn?: string | undefined;
  progress?: StageProgress | undefined;
}

/**
 * Returns the deployment that an execution waits for: the one that restores a revision, or a newer one that carries the same images, or its own. In a rollback,
 * the data of the rollout is that of the deployment to roll back.
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
