import type { Config, TargetConfig } from '../../core/config/check.ts';
import { findServiceSettings, type ServiceSettings } from '../../core/config/service-settings.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import { createMatchingName } from '../../core/parsing/pattern.ts';
import { createSessionPolicy } from '../../core/service/session-policy.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { answerChecks } from './check-answers.ts';
import { matchChecks } from './check-match.ts';
import { imagePullChecks } from './check-pull.ts';
import type { Check } from './check-result.ts';
import { roleChecks } from './check-role.ts';
import { moveScheduleChecks, scheduleChecks } from './check-schedules.ts';
import { serviceChecks } from './check-service.ts';
import { taskChecks } from './check-tasks.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createServiceCheck } from './service-check.ts';

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
    : [
        ...deploymentChecks(system, target, settings),
        ...serviceChecks(system, target, settings),
        ...scheduleChecks(target, settings),
      ];
}

/** The calls of a deployment to an example of a service that the pattern matches, and of a search for the services. */
function patternChecks(system: SystemDeclaration, target: TargetConfig, pattern: string): Check[] {
  const settings = findServiceSettings(target, createMatchingName(pattern));
  const by = deploymentRoleArn(target, system.stage);
  const { region, cluster } = target;
  const session = createSessionPolicy(
    { roleArn: by, region, cluster, service: pattern },
    { access: 'decide rollback' },
  );
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

/** The calls of a deployment. For each pattern of a family or a role, the checks use an example name. */
const deploymentChecks = (system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] => [
  ...registrationChecks(system, target, service),
  ...rolloutChecks(system, target, service),
  ...moveScheduleChecks(system, target, service),
  ...answerChecks(system, target, service),
  ...taskChecks(system, target, service),
];

function registrationChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  const { sessionFor, check } = createServiceCheck(system, target, service);
  const families = service.families.map((family) => createMatchingName(family));
  const roles = service.roles.map((name) => iamRoleArn(target, createMatchingName(name)));
  const sessionOf = (family: string) => sessionFor({ access: 'register revision', family });
  const describe = { actions: ['ecs:DescribeTaskDefinition'], on: ['*'] };
  return [
    check('role', `pass the roles of ${service.name} to its tasks`, [
      {
        session: sessionFor({ access: 'register revision', family: families[0] ?? service.name, roles }),
        actions: ['iam:PassRole'],
        on: roles,
        context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      },
    ]),
    check(
      'ECS',
      `register and tag revisions of ${service.families.join(', ')}`,
      families.flatMap((family) => {
        const request = { session: sessionOf(family), on: [formatArn('ecs', target, `task-definition/${family}:1`)] };
        const context = { 'ecs:CreateAction': 'RegisterTaskDefinition' };
        return [
          { ...describe, session: sessionOf(family) },
          { ...request, actions: ['ecs:RegisterTaskDefinition'] },
          { ...request, actions: ['ecs:TagResource'], context },
        ];
      }),
    ),
  ];
}

function rolloutChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  const { sessionFor, check } = createServiceCheck(system, target, service);
  const ecs = (resource: string) => formatArn('ecs', target, resource);
  const here = `${target.cluster}/${service.name}`;
  const change = { session: sessionFor({ access: 'update service' }), on: [ecs(`service/${here}`)] };
  const rollBack = sessionFor({ access: 'roll back' });
  const watch = sessionFor({ access: 'watch rollout' });
  return [
    check('ECS', `read and update the service ${service.name}`, [
      { ...change, actions: ['ecs:DescribeServices', 'ecs:UpdateService'] },
    ]),
    check('ECS', `watch and stop deployments of ${service.name}`, [
      { session: rollBack, actions: ['ecs:ListServiceDeployments'], on: [ecs(`service/${here}`)] },
      {
        session: rollBack,
        actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
        on: [ecs(`service-deployment/${here}/deployment`)],
      },
      { session: rollBack, actions: ['ecs:DescribeServiceRevisions'], on: [ecs(`service-revision/${here}/revision`)] },
      {
        session: watch,
        actions: ['ecs:ListTasks'],
        on: ['*'],
        context: { 'ecs:cluster': ecs(`cluster/${target.cluster}`) },
      },
      { session: watch, actions: ['ecs:DescribeTasks'], on: [ecs(`task/${target.cluster}/task`)] },
      { session: watch, actions: ['cloudwatch:DescribeAlarms'], on: ['*'] },
    ]),
  ];
}
