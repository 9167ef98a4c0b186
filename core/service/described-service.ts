import type { Target } from '../model/release.ts';
import type { DeploymentSettings } from './strategy-warnings.ts';

/** One entry of `service.deployments`, with ECS's own names (botocore ecs `Deployment`), limited to the fields that decisions use. */
export interface DescribedDeployment {
  id?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  rolloutState?: string | undefined;
  runningCount?: number | undefined;
  createdAt?: Date | undefined;
}

/** A service with ECS's own names (botocore ecs `Service`), limited to the fields that decisions use. */
export interface DescribedService {
  status?: string | undefined;
  deploymentController?: { type: string | undefined } | undefined;
  deploymentConfiguration?: DeploymentSettings | undefined;
  taskDefinition?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  deployments?: DescribedDeployment[] | undefined;
  launchType?: string | undefined;
  events?: { createdAt?: Date | undefined; message?: string | undefined }[] | undefined;
  capacityProviderStrategy?: { capacityProvider: string | undefined }[] | undefined;
}

/** A deployment with all the fields that ECS always sets. */
export type CompleteDeployment = DescribedDeployment & { id: string; taskDefinition: string; createdAt: Date };

/** Whether a deployment has the fields that ECS always sets. Says nothing about its rollout, which may still be in progress. */
export const isCompleteDeployment = (deployment: DescribedDeployment | undefined): deployment is CompleteDeployment =>
  deployment?.id !== undefined && deployment.taskDefinition !== undefined && deployment.createdAt !== undefined;

/** Returns the newest deployment, which ECS is rolling out or has rolled out. */
export function findPrimaryDeployment(service: DescribedService): CompleteDeployment | undefined {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return isCompleteDeployment(primary) ? primary : undefined;
}

/** The end of the event with which ECS reports that a service is healthy and has its desired number of tasks (developer guide, service-event-messages). */
export const steadyStateMessage = 'has reached a steady state';

/**
 * Whether the service's events report a steady state since a deployment began. If ECS shows no rollout state, running tasks alone are no proof of a steady
 * state, because tasks that crash later also run at first.
 */
export const hasSteadyStateEvent = (events: DescribedService['events'], since: Date | undefined): boolean =>
  (events ?? []).some(
    ({ createdAt, message = '' }) =>
      createdAt !== undefined && since !== undefined && createdAt >= since && message.includes(steadyStateMessage),
  );

/**
 * Whether the service has a single deployment that is rolled out, with all its tasks running. A service behind a Classic Load Balancer has no rollout state.
 * If the service shifts traffic, only the history shows the end of a deployment, because a deployment that waits for a person can look steady.
 */
export function isServiceSteady({
  deployments = [],
  desiredCount,
  runningCount,
  events,
  deploymentConfiguration: { strategy = 'ROLLING' } = {},
}: DescribedService): boolean {
  const [only] = deployments;
  if (only === undefined || deployments.length > 1 || desiredCount !== runningCount) return false;
  return only.rolloutState === undefined && strategy === 'ROLLING'
    ? hasSteadyStateEvent(events, only.createdAt)
    : only.rolloutState === 'COMPLETED';
}

/** Says that a service does not exist. */
export const describeMissingService = ({ service, cluster, region }: Target): string =>
  `There is no service ${service} in the cluster ${cluster} (${region}).`;
