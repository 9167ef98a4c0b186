import type { ServiceConfig, TargetConfig } from '../core/config.ts';
import { deploymentRoleName } from '../core/names.ts';
import { crosses, type Installation, roleIn } from './arns.ts';
import { busStatement } from './policies-artifacts.ts';
import { deploymentPolicy, deploymentTrust, executionPolicy, forwardingPolicy } from './policies-target.ts';
import { type Role, serviceTrust } from './policy.ts';
import type { EventRule } from './system-events.ts';

export { type Service, servicesOf } from './system-service.ts';

/** The roles of one target account: the one that deploys, the one that forwards events, and those of the services that are made here. */
export function targetRoles(here: Installation, target: TargetConfig): Role[] {
  const name = deploymentRoleName(target, here.stage);
  const deployment: Role = {
    account: target.account,
    name,
    arn: roleIn(target.account, name),
    description: `Deploys releases of ${here.config.app} from account ${here.account}`,
    trust: deploymentTrust(here, target),
    policies: { deployment: deploymentPolicy(here, target) },
  };
  const forwarding = forwards(here, target) ? [forwardingRole(here, target)] : [];
  return [deployment, ...forwarding, ...serviceRoles(here, target)];
}

/** Events of the build account's own bus are there already. */
const forwards = (here: Installation, target: TargetConfig): boolean =>
  target.events === 'forwarded' && (crosses(target, here.config) || target.region !== here.region);

const forwardingRole = (here: Installation, target: TargetConfig): Role => ({
  account: target.account,
  name: forwardingName(here, target),
  arn: roleIn(target.account, forwardingName(here, target)),
  description: `EventBridge sends events of ${target.name} to account ${here.account} as this role`,
  trust: serviceTrust('events.amazonaws.com', target.account),
  policies: { forward: forwardingPolicy(here) },
});

const forwardingName = (here: Installation, target: TargetConfig): string => here.names.of(`${target.name}-events`);

/** The roles of the services that are made: two of them may share one, which then starts the tasks of both. */
function serviceRoles(here: Installation, target: TargetConfig): Role[] {
  const services = target.services.filter((service) => service.create !== undefined);
  const role = (name: string, rest: Pick<Role, 'description' | 'policies'>): Role => ({
    account: target.account,
    name,
    arn: roleIn(target.account, name),
    trust: serviceTrust('ecs-tasks.amazonaws.com', target.account),
    ...rest,
  });
  const starting = new Set(services.map((service) => service.executionRole));
  const acting = new Set(services.flatMap((service) => service.taskRoles).filter((name) => !starting.has(name)));
  const startedBy = (name: string) => services.filter((service) => service.executionRole === name);
  return [
    ...[...starting].map((name) =>
      role(name, {
        description: `ECS starts the tasks of ${namesOf(startedBy(name))} as this role`,
        policies: { start: executionPolicy(here, target, startedBy(name)) },
      }),
    ),
    ...[...acting].map((name) =>
      role(name, { description: `The containers of ${target.name} act as this role`, policies: {} }),
    ),
  ];
}

const namesOf = (services: ServiceConfig[]): string => services.map((service) => service.name).join(', ');

/** The rules of one target account: what becomes of deployments, and the alarms that speak for the services. */
export function targetRules(here: Installation, target: TargetConfig): EventRule[] {
  if (!forwards(here, target)) return [];
  const { account, region, services } = target;
  const rule = (purpose: string, rest: Pick<EventRule, 'description' | 'pattern'>): EventRule => ({
    account,
    region,
    name: here.names.of(`${target.name}-${purpose}`),
    ...rest,
    target: { id: 'build-account', arn: here.bus, roleArn: roleIn(account, forwardingName(here, target)) },
  });
  const deployments = rule('deployments', {
    description: 'What becomes of deployments, for the build account',
    pattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      resources: services.map(
        (service) => `arn:aws:ecs:${region}:${account}:service/${target.cluster}/${service.name}`,
      ),
    },
  });
  const alarmed = rule('alarms', {
    description: 'The alarms that speak for the services, for the build account',
    pattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      ...speakingFor(target),
    },
  });
  return [deployments, alarmed];
}

/** Alarms that the configuration names, and those whose metric has the service's own dimensions (as AWS/ECS and Container Insights have). */
function speakingFor({ account, region, cluster, services }: TargetConfig): Record<string, unknown> {
  const dimensions = { ClusterName: [cluster], ServiceName: services.map(({ name }) => name) };
  const byDimensions = { detail: { configuration: { metrics: { metricStat: { metric: { dimensions } } } } } };
  const named = services.flatMap((service) => service.alarms);
  if (named.length === 0) return byDimensions;
  const resources = named.map((name) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`);
  return { $or: [{ resources }, byDimensions] };
}

/** The build account's bus lets in each account that forwards. Within one account EventBridge asks no bus policy. */
export function busStatements(here: Installation) {
  const senders = here.config.targets.filter((target) => forwards(here, target) && crosses(target, here.config));
  return [...new Set(senders.map((target) => target.account))].map((account) => ({
    account,
    statement: busStatement(here, account),
  }));
}
