import type { PastDeployment } from './deployment-history.ts';

/**
 * Returns the revision to which ECS rolls back if a deployment is stopped with ROLLBACK: the revision of the newest SUCCESSFUL deployment (developer guide,
 * stop-service-deployment).
 */
export const findRevisionAfterStop = (
  deployments: PastDeployment[],
  isStopped: (past: PastDeployment) => boolean,
): PastDeployment | undefined =>
  deployments
    .filter((past) => past.status === 'SUCCESSFUL' && !isStopped(past))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
