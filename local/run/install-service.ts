import type { ServiceDeclaration } from '../../infra/system-service.ts';
import { regionalArn } from '../partition.ts';
import type { Administrator } from './accounts.ts';

/** In the embedded AWS a network and a target group are only names; infra/service.ts and infra/load-balancer.ts create real ones. */
const loadBalancerSettings = ({ region, account, balancer, front, port }: ServiceDeclaration) => ({
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a', 'subnet-0b'], securityGroups: ['sg-0'] } },
  loadBalancers: [
    {
      targetGroupArn: regionalArn(
        'elasticloadbalancing',
        { account, region },
        `targetgroup/${balancer}/0123456789abcdef`,
      ),
      containerName: front,
      containerPort: port,
    },
  ],
});

/** Installs a target's cluster, log group, first revision and service, whose tasks are behind a load balancer. */
export async function installService(admin: Administrator, service: ServiceDeclaration): Promise<void> {
  await admin('ecs', 'CreateCluster', { clusterName: service.cluster });
  await createLogGroup(admin, service.logGroup);
  await admin('ecs', 'RegisterTaskDefinition', service.taskDefinition);
  await admin('ecs', 'CreateService', {
    cluster: service.cluster,
    serviceName: service.name,
    launchType: 'FARGATE',
    desiredCount: service.desiredCount,
    taskDefinition: service.taskDefinition.family,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    ...loadBalancerSettings(service),
  });
}

/** Services can share a log group. */
const createLogGroup = (admin: Administrator, logGroupName: string): Promise<unknown> =>
  admin('logs', 'CreateLogGroup', { logGroupName }).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'ResourceAlreadyExistsException')) throw error;
  });
