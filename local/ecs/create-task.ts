import { ecsArn, now } from './arns.ts';
import type { Cluster, Ecs, EcsTask } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';

type TaskOrigin = Pick<EcsTask, 'service' | 'deployment' | 'startedBy' | 'launch' | 'digests' | 'nth'>;

/** Creates a task in PROVISIONING. No list shows the task before it is launched. */
export function createTask(ecs: Ecs, cluster: Cluster, definition: EcsTaskDefinition, origin: TaskOrigin): EcsTask {
  const id = ecs.cloud.hex(32);
  return {
    arn: ecsArn(cluster, `task/${cluster.name}/${id}`),
    id,
    cluster,
    ...origin,
    definition,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    healthy: false,
    version: 1,
    containers: definition.containers.map(({ name, image }) => ({
      name,
      image,
      runtimeId: `${id}-${ecs.cloud.hex(10)}`,
      lastStatus: 'PENDING',
    })),
    createdAt: now(ecs),
    unlisted: true,
  };
}
