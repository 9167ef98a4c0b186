import { z } from 'zod';
import { cluster } from './config.ts';
import type { Scenario } from './scenarios.ts';
import type { Service } from './world.ts';
import { type Grounds, region, type World } from './world.ts';

/** Half of the tasks at a time, and half of them are enough: the other half comes later. */
const early = {
  minimumHealthyPercent: 50,
  maximumPercent: 100,
  earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' },
};

/** Makes a scenario's service with its first revision. */
export const createService = (
  world: Grounds,
  { name, account }: Service,
  scenario: Pick<Scenario, 'desired' | 'breaker' | 'early' | 'balanced'>,
  taskDefinition: string,
) =>
  world.target(account)('ecs', 'CreateService', {
    cluster,
    serviceName: name,
    launchType: 'FARGATE',
    desiredCount: scenario.desired,
    taskDefinition,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: scenario.breaker !== 'off', rollback: scenario.breaker === 'rolls back' },
      ...(scenario.early ? early : {}),
    },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a'], securityGroups: ['sg-0'] } },
    ...(scenario.balanced ? { loadBalancers: [balancer(name, account)] } : {}),
  });

const balancer = (name: string, account: string) => ({
  targetGroupArn: `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/0123456789abcdef`,
  containerName: 'app',
  containerPort: 8080,
});

/** Gives the service an alarm of its own name, which fails its deployments. */
export async function addAlarm(world: World, { name, account }: Service): Promise<void> {
  await world.target(account)('monitoring', 'PutMetricAlarm', {
    AlarmName: name,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 1,
  });
  const alarms = { alarmNames: [name], enable: true, rollback: true };
  await world.target(account)('ecs', 'UpdateService', {
    cluster,
    service: name,
    deploymentConfiguration: { alarms },
  });
}

const services = z.object({
  services: z.tuple([
    z.object({
      deployments: z.array(z.object({ status: z.string(), rolloutState: z.string(), taskDefinition: z.string() })),
    }),
  ]),
});

/** A service's deployments, and the one in front. */
export async function look(world: World, { name, account }: Service) {
  const answer = await world.target(account)('ecs', 'DescribeServices', { cluster, services: [name] });
  const [{ deployments }] = services.parse(answer).services;
  return { deployments, primary: deployments.find(({ status }) => status === 'PRIMARY') };
}
