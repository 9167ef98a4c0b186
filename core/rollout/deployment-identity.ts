import type { Rollout } from '../model/state-data.ts';

/** The last part of a deployment's id (`ecs-svc/N`) or of a service revision's ARN: both have the same number (terraform-provider-aws, findPrimaryDeploymentARN). */
const numberOf = (idOrArn: string): string => idOrArn.split('/').at(-1) ?? '';

/** Whether a service revision is the one that a deployment brought. */
export const isRevisionOfRollout = (serviceRevisionArn: string | undefined, { deploymentId }: Rollout): boolean =>
  serviceRevisionArn !== undefined && numberOf(serviceRevisionArn) === numberOf(deploymentId);

/** Times of one deployment in different answers differ by less than this: not every protocol has milliseconds. In ms. */
const sameTimeMs = 1000;

/** Whether this is the deployment of a rollout. Its id alone does not show that: a rollback by ECS can reuse an id, with a new start time. */
export const isRollout = (one: { id: string; createdAt: Date }, rollout: Rollout): boolean =>
  numberOf(one.id) === numberOf(rollout.deploymentId) &&
  Math.abs(one.createdAt.getTime() - Date.parse(rollout.startedAt)) < sameTimeMs;
