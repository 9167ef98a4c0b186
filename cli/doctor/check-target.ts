import type { Config, TargetConfig } from '../../core/config/check.ts';
import { findServiceSettings, type ServiceSettings } from '../../core/config/service-settings.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import { createExampleName } from '../../core/parsing/pattern.ts';
import { createSessionPolicy } from '../../core/service/session-policy.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { matchChecks } from './check-match.ts';
import { imagePullChecks } from './check-pull.ts';
import type { Check } from './check-result.ts';
import { roleChecks } from './check-role.ts';
import { serviceChecks } from './check-service.ts';
import type { IamRequest } from './iam-request.ts';
import { createPermissionCheck } from './permission-check.ts';

/** The checks of role, ECS and image pull for each target. */
export const targetChecks = (config: Config, system: SystemDeclaration): Check[] =>
  config.targets.flatMap((target) => [
    ...roleChecks(system, target),
    ...target.services.flatMap((service) => [
      ...namedServiceChecks(system, target, service.name),
      ...imagePullChecks(system, target, service),
    ]),
    ...(target.match?.services ?? []).flatMap((pattern) => patternChecks(system, target, pattern)),
    ...matchChecks(system, target),
  ]);

function namedServiceChecks(system: SystemDeclaration, target: TargetConfig, name: string): Check[] {
  const settings = findServiceSettings(target, name);
  return settings === undefined
    ? []
    : [...deploymentChecks(system, target, settings), ...serviceChecks(system, target, settings)];
}

/** The calls of a deployment to an example of a service that the pattern matches, and of a search for the services. */
function patternChecks(system: SystemDeclaration, target: TargetConfig, pattern: string): Check[] {
  const settings = findServiceSettings(target, createExampleName(pattern));
  const by = deploymentRoleArn(target, system.stage);
  const { region, cluster } = target;
  const session = createSessionPolicy({ roleArn: by, region, cluster, service: pattern });
  const inCluster = { 'ecs:cluster': formatArn('ecs', target, `cluster/${cluster}`) };
  return [
    ...(settings === undefined ? [] : deploymentChecks(system, target, settings)),
    createPermissionCheck({
      link: 'ECS',
      about: target.name,
      who: `the deployment role of ${target.name}`,
      what: `list the services that match ${pattern}`,
      asks: pattern.includes('*')
        ? [{ by, region, session, actions: ['ecs:ListServices'], on: ['*'], context: inCluster }]
        : [],
    }),
  ];
}

/**
 * The calls of a deployment, in the session that Gantry limits to this one service. For each pattern of a family or a role, the check uses an
 * example name.
 */
function deploymentChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  const { region, cluster } = target;
  const by = deploymentRoleArn(target, system.stage);
  const session = createSessionPolicy({ roleArn: by, region, cluster, service: service.name });
  const ecs = (resource: string) => formatArn('ecs', target, resource);
  const here = `${cluster}/${service.name}`;
  const families = service.families.map((family) => ecs(`task-definition/${createExampleName(family)}:1`));
  const may = (link: 'role' | 'ECS', what: string, asks: Omit<IamRequest, 'by' | 'region' | 'session'>[]) =>
    createPermissionCheck({
      link,
      about: target.name,
      who: `the deployment role of ${target.name}`,
      what,
      asks: asks.map((ask) => ({ ...ask, by, region, session })),
    });
  return [
    may('role', `pass the roles of ${service.name} to its tasks`, [
      {
        actions: ['iam:PassRole'],
        on: service.roles.map((name) => iamRoleArn(target, createExampleName(name))),
        context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      },
    ]),
    may('ECS', `read and update the service ${service.name}`, [
      { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], on: [ecs(`service/${here}`)] },
    ]),
    may('ECS', `register and tag revisions of ${service.families.join(', ')}`, [
      { actions: ['ecs:DescribeTaskDefinition'], on: ['*'] },
      { actions: ['ecs:RegisterTaskDefinition'], on: families },
      {
        actions: ['ecs:TagResource'],
        on: families,
        context: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
      },
    ]),
    may('ECS', `watch and stop deployments of ${service.name}`, [
      { actions: ['ecs:ListServiceDeployments'], on: [ecs(`service/${here}`)] },
      {
        actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
        on: [ecs(`service-deployment/${here}/deployment`)],
      },
      { actions: ['ecs:DescribeServiceRevisions'], on: [ecs(`service-revision/${here}/revision`)] },
      { actions: ['ecs:ListTasks'], on: ['*'], context: { 'ecs:cluster': ecs(`cluster/${cluster}`) } },
      { actions: ['ecs:DescribeTasks'], on: [ecs(`task/${cluster}/task`)] },
      { actions: ['cloudwatch:DescribeAlarms'], on: ['*'] },
    ]),
  ];
}
