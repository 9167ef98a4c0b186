import type { Config, ServiceConfig, TargetConfig } from '../../core/config/check.ts';
import { taskDefinitionFamily } from '../../core/config/target-permissions.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { createSessionPolicy } from '../../core/service/session-policy.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { assumeRoleRequests } from './assume-by-service.ts';
import type { Check } from './check-result.ts';
import { serviceChecks } from './check-service.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import type { IamRequest } from './iam-request.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

/** The checks of role, ECS and image pull for each target. */
export const targetChecks = (config: Config, system: SystemDeclaration): Check[] =>
  config.targets.flatMap((target) => [
    ...assumeRoleChecks(system, target),
    ...target.services.flatMap((service) => [
      ...deploymentChecks(system, target, service),
      ...serviceChecks(system, target, service),
      ...imagePullChecks(system, target, service),
    ]),
  ]);

function assumeRoleChecks(system: SystemDeclaration, target: TargetConfig): Check[] {
  const role = deploymentRoleArn(target, system.stage);
  const asks = findFunctionsAllowedTo(system, 'sts:AssumeRole').map(({ role: by }) => ({
    by,
    region: target.region,
    actions: ['sts:AssumeRole'],
    on: [role],
    ...(target.externalId !== undefined && { context: { 'sts:ExternalId': target.externalId } }),
  }));
  const balancing = ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'];
  return [
    createPermissionCheck({ link: 'role', about: target.name, who: 'the functions', what: `assume ${role}`, asks }),
    createResourceCheck({
      link: 'role',
      about: target.name,
      title: `these credentials can assume ${role}`,
      onlyLive: true,
      read: (facts) => facts.assumed.get(target.name) ?? { unread: 'the role was not tried' },
      wrong: () => undefined,
      reportsMissing: {
        policy: `the trust policy of ${role.split(':role/')[1]}`,
        statement: 'BuildAccount',
        fix: `let it trust arn:aws:iam::${system.account}:root${target.externalId === undefined ? ', without an external id' : `, with the external id ${target.externalId}`}`,
      },
    }),
    createPermissionCheck({
      link: 'role',
      about: target.name,
      who: `the deployment role of ${target.name}`,
      what: 'describe the load balancing of its services',
      asks: [{ by: role, region: target.region, actions: balancing, on: ['*'] }],
    }),
  ];
}

/** The calls of a deployment, in the session that Gantry limits to this one service. */
function deploymentChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceConfig): Check[] {
  const { account, region, cluster } = target;
  const by = deploymentRoleArn(target, system.stage);
  const session = createSessionPolicy({ roleArn: by, region, cluster, service: service.name });
  const ecs = `arn:aws:ecs:${region}:${account}`;
  const here = `${cluster}/${service.name}`;
  const family = `${ecs}:task-definition/${taskDefinitionFamily(service)}:*`;
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
        on: [service.executionRole, ...service.taskRoles].map((name) => iamRoleArn(account, name)),
        context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      },
    ]),
    may('ECS', `read and update the service ${service.name}`, [
      { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], on: [`${ecs}:service/${here}`] },
    ]),
    may('ECS', `register and tag revisions of ${taskDefinitionFamily(service)}`, [
      { actions: ['ecs:DescribeTaskDefinition'], on: ['*'] },
      { actions: ['ecs:RegisterTaskDefinition'], on: [family] },
      {
        actions: ['ecs:TagResource'],
        on: [family],
        context: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
      },
    ]),
    may('ECS', `watch and stop deployments of ${service.name}`, [
      { actions: ['ecs:ListServiceDeployments'], on: [`${ecs}:service/${here}`] },
      {
        actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
        on: [`${ecs}:service-deployment/${here}/deployment`],
      },
      { actions: ['ecs:DescribeServiceRevisions'], on: [`${ecs}:service-revision/${here}/revision`] },
      { actions: ['ecs:ListTasks'], on: ['*'], context: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } },
      { actions: ['ecs:DescribeTasks'], on: [`${ecs}:task/${cluster}/task`] },
      { actions: ['cloudwatch:DescribeAlarms'], on: ['*'] },
    ]),
  ];
}

function imagePullChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceConfig): Check[] {
  const by = iamRoleArn(target.account, service.executionRole);
  const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
  const { region } = system;
  const start = createPermissionCheck({
    link: 'pull',
    about: target.name,
    who: 'ECS',
    what: `start the tasks of ${service.name} as ${service.executionRole}`,
    asks: assumeRoleRequests('ECS task execution', {
      account: target.account,
      region: target.region,
      roles: [by],
    }),
  });
  const images = system.pipelines.map(({ repository }) =>
    createPermissionCheck({
      link: 'pull',
      about: target.name,
      who: `the execution role of ${target.name}/${service.name}`,
      what: `pull from ${repository.name}`,
      asks: [
        { by, region, actions: ['ecr:GetAuthorizationToken'], on: ['*'] },
        { by, region, actions: pull, on: [repository.arn] },
      ],
    }),
  );
  return [start, ...images];
}
