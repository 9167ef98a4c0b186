import type { Target } from '../model/release.ts';
import { parseResourceName } from '../parsing/arn.ts';

/** The plain text of a session policy has at most 2,048 characters (STS AssumeRole, `Policy`); names are truncated so that it always fits. */
const maxNameLength = 76;

const truncateName = (name: string): string =>
  name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength)}*`;

/** Limits the session to deployments of this one cluster and service, even if the role is allowed to do more. Resource types: AWS service authorization reference of ECS. */
export function createSessionPolicy(target: Target): { Version: '2012-10-17'; Statement: Record<string, unknown>[] } {
  const [, partition, , , account] = target.roleArn.split(':');
  const ecs = `arn:${partition}:ecs:${target.region}:${account}`;
  const cluster = truncateName(parseResourceName(target.cluster));
  const service = `${cluster}/${truncateName(parseResourceName(target.service))}`;
  const allow = (actions: string[], resources: string | string[], Condition?: Record<string, unknown>) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(Condition && { Condition }),
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow(serviceActions, [
        `${ecs}:service/${service}`,
        `${ecs}:service-deployment/${service}/*`,
        `${ecs}:service-revision/${service}/*`,
      ]),
      allow(['ecs:DescribeTasks'], `${ecs}:task/${cluster}/*`),
      allow(['ecs:ListTasks'], '*', { ArnLike: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } }),
      allow(['ecs:RegisterTaskDefinition'], `${ecs}:task-definition/*`),
      allow(
        ['ecs:TagResource'],
        `${ecs}:task-definition/*`,
        conditionEquals('ecs:CreateAction', 'RegisterTaskDefinition'),
      ),
      allow(
        ['iam:PassRole'],
        `arn:${partition}:iam::${account}:role/*`,
        conditionEquals('iam:PassedToService', 'ecs-tasks.amazonaws.com'),
      ),
      allow(readActions, '*'),
    ],
  };
}

const conditionEquals = (key: string, value: string) => ({ StringEquals: { [key]: value } });

const serviceActions = [
  'ecs:DescribeServices',
  'ecs:UpdateService',
  'ecs:ListServiceDeployments',
  'ecs:DescribeServiceDeployments',
  'ecs:DescribeServiceRevisions',
  'ecs:StopServiceDeployment',
];

/** The read actions that IAM cannot limit to a resource, or that are only needed to explain a failure. */
const readActions = [
  'ecs:DescribeTaskDefinition',
  'ecs:ListTaskDefinitions',
  'cloudwatch:DescribeAlarms',
  'logs:GetLogEvents',
];

/** Returns a role session name that identifies the execution: the last part of its ARN, limited to STS's characters and to 64 of them. */
export const createSessionName = (execution: string): string =>
  (execution.split(':').at(-1) ?? '')
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
