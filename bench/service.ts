import { z } from 'zod';
import { cluster } from './config.ts';
import type { BenchService } from './environment.ts';
import { type BenchEnvironment, type BenchSystem, benchRegion } from './environment.ts';
import type { Scenario } from './scenarios.ts';

/** Half of the tasks at a time, and half of them are enough: the other half comes later. */
const earlySuccessConfig = {
  minimumHealthyPercent: 50,
  maximumPercent: 100,
  earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' },
};

/** Makes a scenario's service with its first revision. */
export const createService = (
  world: BenchSystem,
  { name, account }: BenchService,
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
      ...(scenario.early ? earlySuccessConfig : {}),
    },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a'], securityGroups: ['sg-0'] } },
    ...(scenario.balanced ? { loadBalancers: [createLoadBalancerConfig(name, account)] } : {}),
  });

const createLoadBalancerConfig = (name: string, account: string) => ({
  targetGroupArn: `arn:aws:elasticloadbalancing:${benchRegion}:${account}:targetgroup/${name}/0123456789abcdef`,
  containerName: 'app',
  containerPort: 8080,
});

/** Gives the service an alarm of its own name, which fails its deployments. */
export async function addAlarm(world: BenchEnvironment, { name, account }: BenchService): Promise<void> {
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

const servicesSchema = z.object({
  services: z.tuple([
    z.object({
      deployments: z.array(z.object({ status: z.string(), rolloutState: z.string(), taskDefinition: z.string() })),
    }),
  ]),
});

/** A service's deployments, and the one in front. */
export async function describeDeployments(world: BenchEnvironment, { name, account }: BenchService) {
  const answer = await world.target(account)('ecs', 'DescribeServices', { cluster, services: [name] });
  const [{ deployments }] = servicesSchema.parse(answer).services;
  return { deployments, primary: deployments.find(({ status }) => status === 'PRIMARY') };
}
