import type { Target } from '../model/release.ts';
import type { DescribedService } from './described-service.ts';

/** Returns the name of the target in messages. */
export const formatServiceAndCluster = ({ service, cluster }: Target): string =>
  `The service '${service}' in cluster '${cluster}'`;

/** Returns the location of the target, for messages. */
export const formatAccountAndRegion = ({ roleArn, region }: Target): string =>
  `account ${roleArn.split(':')[4]}, Region ${region}`;

/** Returns a sentence for each property of the service that prevents a deployment. */
export function findServiceErrors(target: Target, service: DescribedService | 'no cluster' | 'no service'): string[] {
  if (service === 'no cluster')
    return [`The cluster '${target.cluster}' does not exist in ${formatAccountAndRegion(target)}.`];
  if (service === 'no service')
    return [`${formatServiceAndCluster(target)} does not exist in ${formatAccountAndRegion(target)}.`];
  return [...statusProblem(target, service), ...controllerProblem(target, service)];
}

const statusMeanings: Record<string, string> = { DRAINING: ' (it is being deleted)', INACTIVE: ' (it was deleted)' };

const statusProblem = (target: Target, { status = 'ACTIVE' }: DescribedService): string[] =>
  status === 'ACTIVE'
    ? []
    : [`${formatServiceAndCluster(target)} is ${status}${statusMeanings[status] ?? ''}; it has to be ACTIVE.`];

/**
 * Checks the deployment controller: with another controller, UpdateService is not allowed to change the task definition (ECS API reference,
 * UpdateService).
 */
function controllerProblem(target: Target, { deploymentController }: DescribedService): string[] {
  const controller = deploymentController?.type ?? 'ECS';
  if (controller === 'ECS') return [];
  return [
    `${formatServiceAndCluster(target)} has the deployment controller ${controller}; Gantry deploys services with the controller ECS. Create it again with that one.`,
  ];
}
