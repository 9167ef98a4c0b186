/** One entry of `service.deployments`, in ECS's own names (botocore ecs `Deployment`), as far as a deployment is decided by it. */
export interface DescribedDeployment {
  id?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  rolloutState?: string | undefined;
  runningCount?: number | undefined;
  createdAt?: Date | undefined;
}

/** A service in ECS's own names (botocore ecs `Service`), as far as a deployment is decided by it. */
export interface DescribedService {
  status?: string | undefined;
  deploymentController?: { type: string | undefined } | undefined;
  taskDefinition?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  deployments?: DescribedDeployment[] | undefined;
  launchType?: string | undefined;
  capacityProviderStrategy?: { capacityProvider: string | undefined }[] | undefined;
}

/** A deployment that has all that ECS always gives one. */
export type PopulatedDeployment = DescribedDeployment & { id: string; taskDefinition: string; createdAt: Date };

export const isPopulated = (deployment: DescribedDeployment | undefined): deployment is PopulatedDeployment =>
  deployment?.id !== undefined && deployment.taskDefinition !== undefined && deployment.createdAt !== undefined;

/** The newest deployment, which ECS works towards. */
export function findPrimaryDeployment(service: DescribedService): PopulatedDeployment | undefined {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return isPopulated(primary) ? primary : undefined;
}

/** One deployment, rolled out, and every task of it runs. A service behind a Classic Load Balancer has no rollout state. */
export const isServiceSteady = ({ deployments = [], desiredCount, runningCount }: DescribedService): boolean =>
  deployments.length === 1 &&
  (deployments[0]?.rolloutState ?? 'COMPLETED') === 'COMPLETED' &&
  desiredCount === runningCount;
