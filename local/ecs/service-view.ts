import { isInHistory } from './history-time.ts';
import { inListOrder } from './list-order.ts';
import type { Ecs, EcsDeployment, EcsService, EcsTask, ServiceRevision } from './state.ts';

export interface TaskCounts {
  running: number;
  pending: number;
}

/** Counts tasks as ECS does: running ones, and pending ones that have not reached RUNNING. */
export function countTasks(tasks: Iterable<EcsTask>): TaskCounts {
  const counts = { running: 0, pending: 0 };
  for (const task of tasks) {
    if (task.lastStatus === 'RUNNING') counts.running += 1;
    else if (task.startedAt === undefined && task.desiredStatus === 'RUNNING') counts.pending += 1;
  }
  return counts;
}

/** Returns the tasks that a deployment started or took over. */
export const deploymentTasks = (deployment: EcsDeployment): EcsTask[] =>
  [...deployment.serviceDeployment.service.tasks].filter((task) => task.deployment === deployment);

/** Returns a revision with its task counts, as service deployments and services list it. */
export function revisionCountsView(
  service: EcsService,
  revision: ServiceRevision,
  requested: number,
): Record<string, unknown> {
  const { running, pending } = countTasks([...service.tasks].filter((task) => task.deployment?.revision === revision));
  return {
    arn: revision.arn,
    requestedTaskCount: requested,
    runningTaskCount: running,
    pendingTaskCount: pending,
  };
}

const replacedStatus = { documented: 'ACTIVE', others: 'DRAINING' };

const deploymentView = ({ cloud }: Ecs, deployment: EcsDeployment): Record<string, unknown> => {
  const { running, pending } = countTasks(deploymentTasks(deployment));
  const { rolloutState, rolloutStateReason } = deployment;
  const { launchType, platformVersion, networkConfiguration, capacityProviderStrategy } = deployment.revision.settings;
  return {
    id: deployment.id,
    status: deployment.status === 'ACTIVE' ? replacedStatus[cloud.answers['status-values']] : deployment.status,
    taskDefinition: deployment.revision.definition.arn,
    desiredCount: deployment.desiredCount,
    pendingCount: pending,
    runningCount: running,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType,
    platformVersion,
    networkConfiguration,
    capacityProviderStrategy,
    // "Only returned for services that use the rolling update deployment type" (botocore ecs Deployment.rolloutState).
    ...(cloud.answers['rollout-state'] === 'present' && deployment.serviceDeployment.native === undefined
      ? { rolloutState, rolloutStateReason }
      : {}),
  };
};

/** Returns the deployments that a service lists. If the newest one shifts traffic, the list can contain only that one. */
const listedDeployments = (
  { cloud }: Ecs,
  { deployments, serviceDeployments: [current] }: EcsService,
): EcsDeployment[] =>
  current?.native !== undefined && current.finishedAt === undefined && cloud.answers['native-deployments'] === 'one'
    ? deployments.slice(0, 1)
    : deployments;

/** Returns the revision that the service itself names. While ECS rolls a deployment back, this can still be the failed revision. */
function serviceRevisionArn({ cloud }: Ecs, { deployments, serviceDeployments: [newest] }: EcsService) {
  const isRolledBackNow = newest?.rollback !== undefined && newest.finishedAt === undefined;
  return isRolledBackNow && cloud.answers['service-revision'] === 'failed'
    ? newest.target.definition.arn
    : deployments[0]?.revision.definition.arn;
}

/** Returns a service in the API's format. Tags are included only on request. */
export function serviceView(ecs: Ecs, service: EcsService, include: string[] = []): Record<string, unknown> {
  const { running, pending } = countTasks(service.tasks);
  const [current] = service.serviceDeployments.filter((each) => isInHistory(ecs, each));
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    ...service.settings,
    serviceRegistries: [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: pending,
    taskDefinition: serviceRevisionArn(ecs, service) ?? current?.target.definition.arn,
    deployments: inListOrder(ecs, listedDeployments(ecs, service)).map((each) => deploymentView(ecs, each)),
    events: inListOrder(ecs, [...service.events]),
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    currentServiceDeployment: current?.arn,
    currentServiceRevisions: service.deployments.map((each) =>
      revisionCountsView(service, each.revision, each.desiredCount),
    ),
    placementConstraints: [],
    placementStrategy: [],
    ...(include.includes('TAGS') ? { tags: service.tags } : {}),
  };
}
