import { z } from 'zod';
import { cluster } from './config.ts';
import type { BenchService } from './environment.ts';
import { type BenchEnvironment, type BenchSystem, benchRegion } from './environment.ts';
import type { Scenario } from './scenarios.ts';

/** ECS replaces half of the tasks at a time, and the deployment succeeds when the first half is healthy. */
const earlySuccessConfig = {
  minimumHealthyPercent: 50,
  maximumPercent: 100,
  earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' },
};

/** Creates a scenario's service with its first revision. */
export const createService = (
  environment: BenchSystem,
  { name, account }: BenchService,
  scenario: Pick<Scenario, 'desired' | 'breaker' | 'early' | 'balanced'>,
  taskDefinition: string,
) =>
  environment.target(account)('ecs', 'CreateService', {
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

/** Creates an alarm with the service's name, and configures the service to fail deployments on it. */
export async function addAlarm(environment: BenchEnvironment, { name, account }: BenchService): Promise<void> {
  await environment.target(account)('monitoring', 'PutMetricAlarm', {
    AlarmName: name,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 1,
  });
  const alarms = { alarmNames: [name], enable: true, rollback: true };
  await environment.target(account)('ecs', 'UpdateService', {
    cluster,
    service: name,
    deploymentConfiguration: { alarms },
  });
}

/** Makes the next deployments of a service follow a strategy. */
export const setStrategy = (
  environment: BenchEnvironment,
  { name, account }: BenchService,
  deploymentConfiguration: Readonly<Record<string, unknown>>,
) => environment.target(account)('ecs', 'UpdateService', { cluster, service: name, deploymentConfiguration });

const waitingSchema = z.object({
  serviceDeployments: z.tuple([
    z.object({ lifecycleHookDetails: z.array(z.object({ hookId: z.string(), status: z.string() })).default([]) }),
  ]),
});
const currentSchema = z.object({ services: z.tuple([z.object({ currentServiceDeployment: z.string() })]) });

/** Ends the pause of a service's deployment, as a person does. */
export async function continueDeployment(
  environment: BenchEnvironment,
  { name, account }: BenchService,
): Promise<void> {
  const call = environment.target(account);
  const described = await call('ecs', 'DescribeServices', { cluster, services: [name] });
  const [{ currentServiceDeployment: serviceDeploymentArn }] = currentSchema.parse(described).services;
  const shown = await call('ecs', 'DescribeServiceDeployments', { serviceDeploymentArns: [serviceDeploymentArn] });
  const [{ lifecycleHookDetails }] = waitingSchema.parse(shown).serviceDeployments;
  for (const { hookId, status } of lifecycleHookDetails)
    if (status === 'AWAITING_ACTION') await call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId });
}

const servicesSchema = z.object({
  services: z.tuple([
    z.object({
      deployments: z.array(
        z.object({ status: z.string(), rolloutState: z.string().optional(), taskDefinition: z.string() }),
      ),
    }),
  ]),
});

/** Returns a service's deployments, and its primary deployment. */
export async function describeDeployments(environment: BenchEnvironment, { name, account }: BenchService) {
  const answer = await environment.target(account)('ecs', 'DescribeServices', { cluster, services: [name] });
  const [{ deployments }] = servicesSchema.parse(answer).services;
  return { deployments, primary: deployments.find(({ status }) => status === 'PRIMARY') };
}
