import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { type Installation, roleIn, rootOf } from './arns.ts';
import { pullStatements } from './policies-artifacts.ts';
import { allow, type PolicyDocument, policy, type Statement } from './policy.ts';

export const familyOf = (service: ServiceConfig): string => service.family ?? service.name;

export const logGroupOf = (service: ServiceConfig): string => service.logGroup ?? `/ecs/${familyOf(service)}`;

/** Who may deploy to a target: the build account, whose own IAM policies say which of its roles; with the external id where one is asked for. */
export const deploymentTrust = (here: Installation, target: TargetConfig): PolicyDocument =>
  policy({
    Sid: 'BuildAccount',
    Effect: 'Allow',
    Principal: { AWS: [rootOf(here.account)] },
    Action: ['sts:AssumeRole'],
    ...(target.externalId === undefined
      ? {}
      : { Condition: { StringEquals: { 'sts:ExternalId': target.externalId } } }),
  });

/**
 * What a deployment may do in a target account. Every `*` is an action that IAM cannot limit to a resource (service authorization reference).
 * No ARN stands in it twice where it need not, since IAM counts (infra/system-targets.ts): what acts on a deployment needs the service's and its own.
 */
export function deploymentPolicy(here: Installation, target: TargetConfig): PolicyDocument {
  const ecs = `arn:aws:ecs:${target.region}:${target.account}`;
  const each = (path: (name: string) => string) =>
    target.services.map((service) => `${ecs}:${path(`${target.cluster}/${service.name}`)}`);
  const cluster = { ArnEquals: { 'ecs:cluster': `${ecs}:cluster/${target.cluster}` } };
  const families = [...new Set(target.services.map((service) => `${ecs}:task-definition/${familyOf(service)}:*`))];
  return policy(
    allow('Services', ['ecs:UpdateService', ...reads, ...ofDeployments, ...ofRevisions], {
      on: each((name) => `service/${name}`),
    }),
    allow('Deployments', ofDeployments, { on: each((name) => `service-deployment/${name}/*`) }),
    allow('ServiceRevisions', ofRevisions, { on: each((name) => `service-revision/${name}/*`) }),
    allow('ReadRevisions', ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], { on: ['*'] }),
    allow('RegisterRevision', ['ecs:RegisterTaskDefinition'], { on: families }),
    // Only what is being registered can be tagged so, and that is limited by the statement before.
    allow('TagRevision', ['ecs:TagResource'], {
      on: [`${ecs}:task-definition/*`],
      when: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
    }),
    allow('ListTasks', ['ecs:ListTasks'], { on: ['*'], when: cluster }),
    allow('Tasks', ['ecs:DescribeTasks'], { on: [`${ecs}:task/${target.cluster}/*`] }),
    passTaskRoles(target),
    ...diagnosis(target),
    ...artifacts(here),
  );
}

const reads = ['ecs:DescribeServices', 'ecs:ListServiceDeployments'];
const ofDeployments = ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'];
const ofRevisions = ['ecs:DescribeServiceRevisions'];

const passTaskRoles = (target: TargetConfig): Statement =>
  allow('PassTaskRoles', ['iam:PassRole'], {
    on: taskRoles(target),
    when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  });

const taskRoles = (target: TargetConfig): string[] => {
  const names = target.services.flatMap((service) => [service.executionRole, ...service.taskRoles]);
  return [...new Set(names)].map((name) => roleIn(target.account, name));
};

/** What explains a failure to a person. */
function diagnosis({ region, account, services }: TargetConfig): Statement[] {
  const balancing = ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'];
  const network = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'];
  return [
    allow('LoadBalancing', balancing, { on: ['*'] }),
    allow('Network', network, { on: ['*'] }),
    // Composite alarms are shown only to a permission that is "scoped to *" (CloudWatch API, DescribeAlarms).
    allow('Alarms', ['cloudwatch:DescribeAlarms'], { on: ['*'] }),
    allow('Logs', ['logs:GetLogEvents'], {
      on: [...new Set(services.map((each) => `arn:aws:logs:${region}:${account}:log-group:${logGroupOf(each)}:*`))],
    }),
  ];
}

/** The artifacts, as the built-in ECS action needs them; Gantry itself reads them in the build account. */
const artifacts = (here: Installation): Statement[] => [
  allow('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  allow('ArtifactBucket', ['s3:GetBucketLocation'], { on: [here.bucket] }),
  allow('ArtifactKey', ['kms:Decrypt', 'kms:DescribeKey'], { on: [here.key] }),
];

/** What ECS may do to start the tasks of these services: pull across the border, write their logs. */
export function executionPolicy(here: Installation, target: TargetConfig, services: ServiceConfig[]): PolicyDocument {
  const groups = services.map(
    (one) => `arn:aws:logs:${target.region}:${target.account}:log-group:${logGroupOf(one)}:*`,
  );
  return policy(
    ...pullStatements(here),
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], { on: [...new Set(groups)] }),
  );
}

/** What the target account's rules may do: put events on the build account's bus. */
export const forwardingPolicy = (here: Installation): PolicyDocument =>
  policy(allow('BuildAccountsBus', ['events:PutEvents'], { on: [here.bus] }));
