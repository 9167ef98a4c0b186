import { canAssumeServiceRole } from '../assume-service-role.ts';
import type { Ecs, EcsTask } from './state.ts';

const cannotAssumeRole = (role: string): string =>
  `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed ` +
  'has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.';

/** Roles may be given by name (botocore ecs RegisterTaskDefinitionRequest.taskRoleArn). */
const roleArn = (role: string, account: string): string =>
  role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role}`;

/** Why ECS cannot be the roles of a task, in AWS's words; undefined where it can. */
export async function checkTaskRoles({ cloud }: Ecs, { definition, service }: EcsTask): Promise<string | undefined> {
  const { account, region } = service.cluster;
  const { executionRoleArn, taskRoleArn } = definition;
  const roles = [
    { role: executionRoleArn, sendsSourceAccount: cloud.answers['task-source-account'] === 'sent' },
    { role: taskRoleArn, sendsSourceAccount: true },
  ];
  for (const { role, sendsSourceAccount } of roles) {
    if (role === undefined) continue;
    const asked = { roleArn: roleArn(role, account), service: 'ecs-tasks.amazonaws.com', account, region };
    if (!(await canAssumeServiceRole(cloud, { ...asked, sendsSourceAccount }))) return cannotAssumeRole(role);
  }
  return undefined;
}
