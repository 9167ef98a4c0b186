import { inPlace, isOurs } from './accounts.ts';
import { balancerFor } from './balancer.ts';
import { plan } from './plan.ts';
import { roleOf } from './roles.ts';
import type { Service } from './system-service.ts';
import { logRetentionDays } from './system-workflow.ts';

type Place = ReturnType<typeof inPlace>;

const clusters = new Map<string, InstanceType<typeof aws.ecs.Cluster>>();

/** Where each service that is made here answers. */
export const addresses = Object.fromEntries(
  plan.services.filter(isOurs).map((service) => [service.target, makeService(service)]),
);

function makeService(service: Service) {
  const place = inPlace(service);
  const cluster = clusterOf(service, place);
  const { subnets, securityGroup, targetGroup, listener, address } = balancerFor(service, place);
  new aws.ecs.Service(
    `Service-${service.target}`,
    {
      name: service.name,
      cluster: cluster.arn,
      launchType: 'FARGATE',
      desiredCount: service.desiredCount,
      taskDefinition: firstRevision(service, place).arn,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      networkConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: true },
      loadBalancers: [{ containerName: service.front, containerPort: service.port, targetGroupArn: targetGroup }],
    },
    // From the first release on the revision is Gantry's affair, and the count whoever scales the service.
    { ...place, dependsOn: [listener], ignoreChanges: ['taskDefinition', 'desiredCount'] },
  );
  return $interpolate`http://${address}`;
}

function clusterOf({ account, region, cluster }: Service, place: Place) {
  const id = `Cluster-${account}-${region}-${cluster}`;
  const made = clusters.get(id) ?? new aws.ecs.Cluster(id, { name: cluster }, place);
  clusters.set(id, made);
  return made;
}

function firstRevision({ target, logGroup, taskDefinition: planned }: Service, place: Place) {
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
      executionRoleArn: roleOf(planned.executionRoleArn).arn,
      ...(planned.taskRoleArn && { taskRoleArn: roleOf(planned.taskRoleArn).arn }),
      containerDefinitions: JSON.stringify(planned.containerDefinitions),
      // A rollback may need any of them.
      skipDestroy: true,
    },
    { ...place, dependsOn: [log, ...roleOf(planned.executionRoleArn).dependsOn] },
  );
}
