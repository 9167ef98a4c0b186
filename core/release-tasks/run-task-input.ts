import type { ReleaseTask } from '../model/release-task.ts';
import { formatStartedBy, type TaskIdentity } from './record.ts';

/** How a service launches its tasks, with ECS's own names (botocore ecs `Service`). */
export interface ServicePlacement<Network, Strategy, Launch> {
  networkConfiguration?: Network | undefined;
  launchType?: Launch | undefined;
  capacityProviderStrategy?: Strategy[] | undefined;
  platformVersion?: string | undefined;
}

/** The fields of RunTask that place a task like those of its service. ECS accepts a launch type or a strategy, but not both (botocore ecs RunTask). */
function placeLikeService<Network, Strategy, Launch>({
  networkConfiguration,
  launchType,
  capacityProviderStrategy = [],
  platformVersion,
}: ServicePlacement<Network, Strategy, Launch>) {
  return {
    ...(networkConfiguration && { networkConfiguration }),
    ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : launchType && { launchType }),
    ...(platformVersion && { platformVersion }),
  };
}

/**
 * Returns the input of RunTask for one task of a revision, with the roles of the revision. Only a container with its own command needs an override. ECS runs
 * the other containers as in the service. The result depends only on the arguments, so a retry with the same client token sends the same input.
 */
export const createRunTaskInput = <Network, Strategy, Launch>(
  { command, container, cpu, memory }: Pick<ReleaseTask, 'command' | 'container' | 'cpu' | 'memory'>,
  identity: Pick<TaskIdentity, 'name' | 'id'>,
  place: { cluster: string; taskDefinition: string; service: ServicePlacement<Network, Strategy, Launch> },
) => ({
  cluster: place.cluster,
  taskDefinition: place.taskDefinition,
  count: 1,
  clientToken: identity.id,
  startedBy: formatStartedBy(identity),
  ...placeLikeService(place.service),
  overrides: {
    ...(command && { containerOverrides: [{ name: container, command }] }),
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory: String(memory) }),
  },
});
