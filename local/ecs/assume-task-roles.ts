import { canAssumeServiceRole } from '../assume-service-role.ts';
import { iamArn, type Place } from '../partition.ts';
import { cannotAssumeRole } from './failed-launch.ts';
import type { Ecs, EcsTask } from './state.ts';
import { taskRoles } from './task-roles.ts';

/** A role can be given by name (botocore ecs RegisterTaskDefinitionRequest.taskRoleArn). */
const roleArn = (role: string, place: Place): string =>
  role.startsWith('arn:') ? role : iamArn(place, `role/${role}`);

/** Returns why ECS cannot assume the roles of a task, in AWS's wording; undefined if it can. */
export async function checkTaskRoles(
  { cloud }: Ecs,
  task: Pick<EcsTask, 'definition' | 'launch' | 'cluster'>,
): Promise<string | undefined> {
  const { account, region } = task.cluster;
  const { executionRoleArn, taskRoleArn } = taskRoles(task);
  const roles = [
    { role: executionRoleArn, sendsSourceAccount: cloud.answers['task-source-account'] === 'sent' },
    { role: taskRoleArn, sendsSourceAccount: true },
  ];
  for (const { role, sendsSourceAccount } of roles) {
    if (role === undefined) continue;
    const request = {
      roleArn: roleArn(role, { account, region }),
      service: 'ecs-tasks.amazonaws.com',
      account,
      region,
    };
    if (!(await canAssumeServiceRole(cloud, { ...request, sendsSourceAccount }))) return cannotAssumeRole(role);
  }
  return undefined;
}
