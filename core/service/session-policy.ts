import type { Target } from '../model/release.ts';
import { parseResourceName } from '../parsing/arn.ts';

/** The plain text of a session policy has at most 2,048 characters (STS AssumeRole, `Policy`); names are truncated so that it always fits. */
const maxNameLength = 76;

const truncateName = (name: string): string =>
  name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength)}*`;

interface SessionPolicy {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

const allow = (actions: string[], resources: string | string[], Condition?: Record<string, unknown>) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(Condition && { Condition }),
});

/**
 * Limits the session to deployments of this one cluster and service, even if the role is allowed to do more. If `service` is a pattern such as `shop-*`,
 * the session can only list and describe services. Resource types: AWS service authorization reference of ECS.
 */
export function createSessionPolicy(target: Target): SessionPolicy {
  const [, partition, , , account] = target.roleArn.split(':');
  const ecs = `arn:${partition}:ecs:${target.region}:${account}`;
  const cluster = truncateName(parseResourceName(target.cluster));
  const service = `${cluster}/${truncateName(parseResourceName(target.service))}`;
  const inCluster = { ArnLike: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } };
  const statements = target.service.includes('*')
    ? [allow(['ecs:ListServices'], '*', inCluster), allow(['ecs:DescribeServices'], `${ecs}:service/${service}`)]
    : [
        ...serviceStatements(ecs, service),
        allow(['ecs:DescribeTasks'], `${ecs}:task/${cluster}/*`),
        allow(['ecs:ListTasks'], '*', inCluster),
        ...registrationStatements(ecs, `arn:${partition}:iam::${account}`),
      ];
  return { Version: '2012-10-17', Statement: [...statements, allow(readActions, '*')] };
}

const serviceStatements = (ecs: string, service: string) => [
  allow(serviceActions, [
    `${ecs}:service/${service}`,
    `${ecs}:service-deployment/${service}/*`,
    `${ecs}:service-revision/${service}/*`,
  ]),
];

const registrationStatements = (ecs: string, iam: string) => [
  allow(['ecs:RegisterTaskDefinition'], `${ecs}:task-definition/*`),
  allow(['ecs:TagResource'], `${ecs}:task-definition/*`, conditionEquals('ecs:CreateAction', 'RegisterTaskDefinition')),
  allow(['iam:PassRole'], `${iam}:role/*`, conditionEquals('iam:PassedToService', 'ecs-tasks.amazonaws.com')),
];

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
