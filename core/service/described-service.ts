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
  taskDefinition?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  deployments?: DescribedDeployment[] | undefined;
  launchType?: string | undefined;
  capacityProviderStrategy?: { capacityProvider: string | undefined }[] | undefined;
}

/** A deployment with all the fields that ECS always sets. */
export type PopulatedDeployment = DescribedDeployment & { id: string; taskDefinition: string; createdAt: Date };

export const isPopulated = (deployment: DescribedDeployment | undefined): deployment is PopulatedDeployment =>
  deployment?.id !== undefined && deployment.taskDefinition !== undefined && deployment.createdAt !== undefined;

/** The newest deployment, which ECS is rolling out or has rolled out. */
export function findPrimaryDeployment(service: DescribedService): PopulatedDeployment | undefined {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return isPopulated(primary) ? primary : undefined;
}

/** Whether the service has a single deployment that is rolled out, with all its tasks running. A service behind a Classic Load Balancer has no rollout state. */
export const isServiceSteady = ({ deployments = [], desiredCount, runningCount }: DescribedService): boolean =>
  deployments.length === 1 &&
  (deployments[0]?.rolloutState ?? 'COMPLETED') === 'COMPLETED' &&
  desiredCount === runningCount;
