import type { Deployment, ObservedService } from './observation.ts';

/** Whether the newest deployment of a service is not finished. */
export const isNewestDeploymentUnfinished = ({ deployments }: ObservedService): boolean =>
  deployments.length > 1 || (deployments[0]?.rolloutState ?? 'COMPLETED') !== 'COMPLETED';

/** Returns the newest deployment of a service. */
export const findPrimary = ({ deployments }: ObservedService): Deployment | undefined =>
  deployments.find(({ status }) => status === 'PRIMARY');
