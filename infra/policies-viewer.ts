import type { TargetConfig } from '../core/config/check.ts';
import { listAllowedNames } from '../core/config/target-permissions.ts';
import { allowsManualTasks } from '../core/config/task-services.ts';
import { formatArn } from '../core/parsing/partition.ts';
import { viewScheduleStatements } from './policies-schedules.ts';
import { readLogStatement } from './policies-target.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/**
 * The permissions of a viewer role: to read what the command line and the doctor show about the target's services. A viewer can read logs only if people can
 * run commands in the target, and only logs whose end a failed release also shows (`logTail`). Every `*` belongs to an action that does not support
 * resource-level permissions (service authorization reference).
 */
export function viewerPolicy(target: TargetConfig): PolicyDocument {
  const ecs = (resource: string) => formatArn('ecs', target, resource);
  const each = (path: (name: string) => string) =>
    listAllowedNames(target).services.map((name) => ecs(path(`${target.cluster}/${name}`)));
  return policyDocument(
    allowStatement(
      'Services',
      ['ecs:DescribeServices', 'ecs:ListServiceDeployments', ...deploymentActions, ...revisionActions],
      {
        on: each((name) => `service/${name}`),
      },
    ),
    allowStatement('Deployments', deploymentActions, { on: each((name) => `service-deployment/${name}/*`) }),
    allowStatement('ServiceRevisions', revisionActions, { on: each((name) => `service-revision/${name}/*`) }),
    allowStatement('ReadRevisions', ['ecs:DescribeTaskDefinition'], { on: ['*'] }),
    // Neither action can be limited to a service, so both are limited to the cluster (service authorization reference of ECS).
    allowStatement('ListTasks', ['ecs:ListTasks', ...(target.match === undefined ? [] : ['ecs:ListServices'])], {
      on: ['*'],
      when: { ArnEquals: { 'ecs:cluster': ecs(`cluster/${target.cluster}`) } },
    }),
    allowStatement('Tasks', ['ecs:DescribeTasks'], { on: [ecs(`task/${target.cluster}/*`)] }),
    ...viewScheduleStatements(target),
    ...viewLogStatements(target),
    // DescribeAlarms returns composite alarms only if the permission is "scoped to *" (CloudWatch API).
    allowStatement('Alarms', ['cloudwatch:DescribeAlarms'], { on: ['*'] }),
  );
}

/** The permission to follow the log of a command (`gantry run`). */
function viewLogStatements(target: TargetConfig): Statement[] {
  const { services, match } = target;
  const shown = {
    ...target,
    services: services.filter(({ logTail }) => logTail !== 'off'),
    match: match?.logTail === 'off' ? undefined : match,
  };
  const { logGroups } = listAllowedNames(shown);
  return allowsManualTasks(target) && logGroups.length > 0 ? [readLogStatement(target, logGroups)] : [];
}

const deploymentActions = ['ecs:DescribeServiceDeployments'];
const revisionActions = ['ecs:DescribeServiceRevisions'];
