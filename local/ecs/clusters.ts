import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { clusterArn, ecsArn, ecsLocation, getCluster } from './arns.ts';
import { pagingFields, takePage } from './paging.ts';
import { createServiceLinkedRole } from './service-linked-role.ts';
import type { Cluster, Ecs, EcsTask } from './state.ts';
import { tagSchema } from './task-definition-input.ts';

const clusterTasks = (cluster: Cluster): EcsTask[] =>
  [cluster, ...cluster.services.values()].flatMap(({ tasks }) => [...tasks]);

const clusterView = (cluster: Cluster, include: string[]): Record<string, unknown> => ({
  clusterArn: cluster.arn,
  clusterName: cluster.name,
  status: 'ACTIVE',
  registeredContainerInstancesCount: 0,
  runningTasksCount: clusterTasks(cluster).filter((task) => task.lastStatus === 'RUNNING').length,
  pendingTasksCount: clusterTasks(cluster).filter((task) => task.startedAt === undefined).length,
  activeServicesCount: [...cluster.services.values()].filter((service) => service.status === 'ACTIVE').length,
  statistics: [],
  tags: include.includes('TAGS') ? cluster.tags : [],
  settings: [],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
});

const createClusterSchema = z.strictObject({ clusterName: z.string().optional(), tags: z.array(tagSchema).optional() });

const createCluster = (ecs: Ecs): Operation =>
  defineOperation(createClusterSchema, async ({ clusterName = 'default', tags = [] }, call) => {
    const place = ecsLocation(call);
    const arn = clusterArn(place, clusterName);
    await call.allow('ecs:CreateCluster', arn);
    const empty = { services: new Map(), tasks: new Set<EcsTask>(), stoppedTasks: [] };
    const cluster = ecs.clusters.get(arn) ?? { arn, name: clusterName, ...place, tags, ...empty };
    ecs.clusters.set(arn, cluster);
    createServiceLinkedRole(ecs.cloud.iam, place);
    return { cluster: clusterView(cluster, ['TAGS']) };
  });

const describeClustersSchema = z.strictObject({
  clusters: z.array(z.string()).optional(),
  include: z.array(z.enum(['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'])).optional(),
});

const describeClusters = (ecs: Ecs): Operation =>
  defineOperation(describeClustersSchema, async ({ clusters = ['default'], include = [] }, call) => {
    const arns = clusters.map((reference) => clusterArn(ecsLocation(call), reference));
    for (const arn of arns) await call.allow('ecs:DescribeClusters', arn);
    const found = arns.flatMap((arn) => ecs.clusters.get(arn) ?? []);
    return {
      clusters: found.map((cluster) => clusterView(cluster, include)),
      failures: arns.filter((arn) => !ecs.clusters.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  });

const listClusters = (ecs: Ecs): Operation =>
  defineOperation(z.strictObject(pagingFields), async (asked, call) => {
    await call.allow('ecs:ListClusters', '*');
    const own = [...ecs.clusters.keys()].filter((arn) => arn.startsWith(ecsArn(ecsLocation(call), 'cluster/')));
    const { items, ...more } = takePage(own, asked);
    return { clusterArns: items, ...more };
  });

const deleteCluster = (ecs: Ecs): Operation =>
  defineOperation(z.strictObject({ cluster: z.string() }), async ({ cluster: reference }, call) => {
    const arn = clusterArn(ecsLocation(call), reference);
    await call.allow('ecs:DeleteCluster', arn);
    const cluster = getCluster(ecs, arn);
    if ([...cluster.services.values()].some(({ status }) => status !== 'INACTIVE'))
      throw new AwsError(
        'ClusterContainsServicesException',
        'The Cluster cannot be deleted while Services are active.',
      );
    if (cluster.tasks.size > 0)
      throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
    ecs.clusters.delete(arn);
    return { cluster: { ...clusterView(cluster, []), status: 'INACTIVE' } };
  });

/** CreateCluster (returns the existing cluster if the name is taken), DescribeClusters, ListClusters and DeleteCluster. */
export const clusterOperations = (ecs: Ecs): Record<string, Operation> => ({
  CreateCluster: createCluster(ecs),
  DescribeClusters: describeClusters(ecs),
  ListClusters: listClusters(ecs),
  DeleteCluster: deleteCluster(ecs),
});
