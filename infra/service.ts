import { createLoadBalancer } from './load-balancer.ts';
import { logRetentionDays } from './log-retention.ts';
import { plan } from './plan.ts';
import { isManagedBySst, providerOptionsFor } from './providers.ts';
import { findCreatedRole } from './roles.ts';
import type { ServiceDeclaration } from './system-service.ts';

type ProviderOptions = ReturnType<typeof providerOptionsFor>;

const clusters = new Map<string, InstanceType<typeof aws.ecs.Cluster>>();

/** The address of each service that `sst deploy` creates. */
export const serviceUrls = Object.fromEntries(
  plan.services.filter(isManagedBySst).map((service) => [service.target, createEcsService(service)]),
);

function createEcsService(service: ServiceDeclaration) {
  const place = providerOptionsFor(service);
  const cluster = getOrCreateCluster(service, place);
  const { subnets, securityGroup, targetGroup, listener, address } = createLoadBalancer(service, place);
  new aws.ecs.Service(
    `Service-${service.target}`,
    {
      name: service.name,
      cluster: cluster.arn,
      launchType: 'FARGATE',
      desiredCount: service.desiredCount,
      taskDefinition: createFirstRevision(service, place).arn,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      networkConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: true },
      loadBalancers: [{ containerName: service.front, containerPort: service.port, targetGroupArn: targetGroup }],
    },
    // After the first release, Gantry manages the revision, and the user manages the number of tasks.
    { ...place, dependsOn: [listener], ignoreChanges: ['taskDefinition', 'desiredCount'] },
  );
  return $interpolate`http://${address}`;
}

function getOrCreateCluster({ account, region, cluster }: ServiceDeclaration, place: ProviderOptions) {
  const id = `Cluster-${account}-${region}-${cluster}`;
  const made = clusters.get(id) ?? new aws.ecs.Cluster(id, { name: cluster }, place);
  clusters.set(id, made);
  return made;
}

function createFirstRevision(
  { target, logGroup, taskDefinition: planned }: ServiceDeclaration,
  place: ProviderOptions,
) {
  const log = new aws.cloudwatch.LogGroup(
    `Log-${target}`,
    { name: logGroup, retentionInDays: logRetentionDays },
    place,
  );
  return new aws.ecs.TaskDefinition(
    `FirstRevision-${target}`,
    {
      family: planned.family,
      requiresCompatibilities: planned.requiresCompatibilities,
      networkMode: planned.networkMode,
      cpu: planned.cpu,
      memory: planned.memory,
      runtimePlatform: planned.runtimePlatform,
      executionRoleArn: findCreatedRole(planned.executionRoleArn).arn,
      ...(planned.taskRoleArn && { taskRoleArn: findCreatedRole(planned.taskRoleArn).arn }),
      containerDefinitions: JSON.stringify(planned.containerDefinitions),
      // Old revisions stay, because a rollback may need any of them.
      skipDestroy: true,
    },
    { ...place, dependsOn: [log, ...findCreatedRole(planned.executionRoleArn).dependsOn] },
  );
}
