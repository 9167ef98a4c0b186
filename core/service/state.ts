/** One entry of `service.deployments`, in ECS's own names (botocore ecs `Deployment`), as far as a deployment is decided by it. */
export interface ServiceDeploymentEntry {
  id?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  rolloutState?: string | undefined;
  createdAt?: Date | undefined;
}

/** A service in ECS's own names (botocore ecs `Service`), as far as a deployment is decided by it. */
export interface ServiceFound {
  status?: string | undefined;
  deploymentController?: { type: string | undefined } | undefined;
  taskDefinition?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  deployments?: ServiceDeploymentEntry[] | undefined;
}

/** A deployment that has all that ECS always gives one. */
export type Known = ServiceDeploymentEntry & { id: string; taskDefinition: string; createdAt: Date };

export const isKnown = (deployment: ServiceDeploymentEntry | undefined): deployment is Known =>
  deployment?.id !== undefined && deployment.taskDefinition !== undefined && deployment.createdAt !== undefined;

/** The newest deployment, which ECS works towards. */
export function primaryOf(service: ServiceFound): Known | undefined {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return isKnown(primary) ? primary : undefined;
}

/** One deployment, rolled out, and every task of it runs. A service behind a Classic Load Balancer has no rollout state. */
export const isSteady = ({ deployments = [], desiredCount, runningCount }: ServiceFound): boolean =>
  deployments.length === 1 &&
  (deployments[0]?.rolloutState ?? 'COMPLETED') === 'COMPLETED' &&
  desiredCount === runningCount;
