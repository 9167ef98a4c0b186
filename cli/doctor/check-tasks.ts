import type { TargetConfig } from '../../core/config/check.ts';
import type { ServiceSettings } from '../../core/config/service-settings.ts';
import { allowsManualTasks } from '../../core/config/task-services.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import { createMatchingName } from '../../core/parsing/pattern.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { Check } from './check-result.ts';
import { createServiceCheck } from './service-check.ts';

const runsTasks = (target: TargetConfig, { preDeploy, postDeploy }: ServiceSettings): boolean =>
  allowsManualTasks(target) || preDeploy.length + postDeploy.length > 0;

/** The calls to run and stop tasks, if the service has pre- or post-deploy tasks, or if people can run commands in the target. */
export function taskChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  if (!runsTasks(target, service)) return [];
  const { sessionFor, check } = createServiceCheck(system, target, service);
  const ecs = (resource: string) => formatArn('ecs', target, resource);
  const family = createMatchingName(service.families[0] ?? service.name);
  const task = ecs(`task/${target.cluster}/task`);
  const context = { 'ecs:cluster': ecs(`cluster/${target.cluster}`) };
  const session = sessionFor({ access: 'start task', family, passRoles: service.roles });
  return [
    check('ECS', `run and stop tasks of ${service.name}`, [
      { session, actions: ['ecs:RunTask'], on: [ecs(`task-definition/${family}:1`)], context },
      {
        session,
        actions: ['iam:PassRole'],
        on: service.roles.map((name) => iamRoleArn(target, createMatchingName(name))),
        context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      },
      { session: sessionFor({ access: 'stop task', task }), actions: ['ecs:StopTask'], on: [task], context },
    ]),
  ];
}
