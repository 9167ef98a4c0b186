import type { Rollout } from '../model/state-data.ts';

/**
 * Returns the last part of a deployment's id (`ecs-svc/N`) or of a service revision's ARN. A deployment and its service revision have the same number
 * (terraform-provider-aws, findPrimaryDeploymentARN).
 */
const numberOf = (idOrArn: string): string => idOrArn.split('/').at(-1) ?? '';

/** Whether a service revision is the revision of a deployment. */
export const isRevisionOfRollout = (serviceRevisionArn: string | undefined, { deploymentId }: Rollout): boolean =>
  serviceRevisionArn !== undefined && numberOf(serviceRevisionArn) === numberOf(deploymentId);

/** The largest difference between the times of the same deployment in different answers, in ms. Some protocols have no milliseconds. */
const sameTimeMs = 1000;

/** Whether this is the deployment of a rollout. The id alone is not enough, because a rollback by ECS can reuse an id with a new start time. */
export const isDeploymentOfRollout = (one: { id: string; createdAt: Date }, rollout: Rollout): boolean =>
  numberOf(one.id) === numberOf(rollout.deploymentId) &&
  Math.abs(one.createdAt.getTime() - Date.parse(rollout.startedAt)) < sameTimeMs;
