import { z } from 'zod';
import { type Operation, operation } from '../service.ts';
import { clusterArn, placeOf } from './names.ts';
import { createServiceLinkedRole } from './service-linked-role.ts';
import type { Cluster, Ecs } from './state.ts';
import { tagInput } from './task-definition-input.ts';

const tasksOf = (cluster: Cluster) => [...cluster.services.values()].flatMap((service) => [...service.tasks]);

const view = (cluster: Cluster, include: string[]): Record<string, unknown> => ({
  clusterArn: cluster.arn,
  clusterName: cluster.name,
  status: 'ACTIVE',
  registeredContainerInstancesCount: 0,
  runningTasksCount: tasksOf(cluster).filter((task) => task.lastStatus === 'RUNNING').length,
  pendingTasksCount: tasksOf(cluster).filter((task) => task.startedAt === undefined).length,
  activeServicesCount: [...cluster.services.values()].filter((service) => service.status === 'ACTIVE').length,
  statistics: [],
  tags: include.includes('TAGS') ? cluster.tags : [],
  settings: [],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
});

const createInput = z.strictObject({ clusterName: z.string().optional(), tags: z.array(tagInput).optional() });

const create = (ecs: Ecs): Operation =>
  operation(createInput, async ({ clusterName = 'default', tags = [] }, call) => {
    const place = placeOf(call);
    const arn = clusterArn(place, clusterName);
    await call.allow('ecs:CreateCluster', arn);
    const cluster = ecs.clusters.get(arn) ?? { arn, name: clusterName, ...place, tags, services: new Map() };
    ecs.clusters.set(arn, cluster);
    createServiceLinkedRole(ecs.cloud.iam, place.account);
    return { cluster: view(cluster, ['TAGS']) };
  });

const describeInput = z.strictObject({
  clusters: z.array(z.string()).optional(),
  include: z.array(z.enum(['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'])).optional(),
});

const describe = (ecs: Ecs): Operation =>
  operation(describeInput, async ({ clusters = ['default'], include = [] }, call) => {
    const arns = clusters.map((reference) => clusterArn(placeOf(call), reference));
    for (const arn of arns) await call.allow('ecs:DescribeClusters', arn);
    const found = arns.flatMap((arn) => ecs.clusters.get(arn) ?? []);
    return {
      clusters: found.map((cluster) => view(cluster, include)),
      failures: arns.filter((arn) => !ecs.clusters.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  });

/** CreateCluster (again with the same name: the cluster that is there) and DescribeClusters. */
export const clusterOperations = (ecs: Ecs): Record<string, Operation> => ({
  CreateCluster: create(ecs),
  DescribeClusters: describe(ecs),
});
