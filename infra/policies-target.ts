import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { accountRootArn, type Installation, iamRoleArn } from './installation.ts';
import { pullStatements } from './policies-artifacts.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

export const taskDefinitionFamily = (service: ServiceConfig): string => service.family ?? service.name;

export const serviceLogGroup = (service: ServiceConfig): string =>
  service.logGroup ?? `/ecs/${taskDefinitionFamily(service)}`;

/** The trust policy of a deployment role: it trusts the build account, whose IAM policies decide which of its roles can assume it, and requires the external id if one is configured. */
export const deploymentTrust = (here: Installation, target: TargetConfig): PolicyDocument =>
  policyDocument({
    Sid: 'BuildAccount',
    Effect: 'Allow',
    Principal: { AWS: [accountRootArn(here.account)] },
    Action: ['sts:AssumeRole'],
    ...(target.externalId === undefined
      ? {}
      : { Condition: { StringEquals: { 'sts:ExternalId': target.externalId } } }),
  });

/**
 * The permissions of a deployment in a target account. Every `*` belongs to an action that does not support resource-level permissions (service authorization reference).
 * IAM limits the length (infra/system-targets.ts), so an ARN is repeated only if necessary: an action on a deployment needs the service's ARN and the deployment's.
 */
export function deploymentPolicy(here: Installation, target: TargetConfig): PolicyDocument {
  const ecs = `arn:aws:ecs:${target.region}:${target.account}`;
  const each = (path: (name: string) => string) =>
    target.services.map((service) => `${ecs}:${path(`${target.cluster}/${service.name}`)}`);
  const cluster = { ArnEquals: { 'ecs:cluster': `${ecs}:cluster/${target.cluster}` } };
  const families = [
    ...new Set(target.services.map((service) => `${ecs}:task-definition/${taskDefinitionFamily(service)}:*`)),
  ];
  return policyDocument(
    allowStatement('Services', ['ecs:UpdateService', ...readActions, ...deploymentActions, ...revisionActions], {
      on: each((name) => `service/${name}`),
    }),
    allowStatement('Deployments', deploymentActions, { on: each((name) => `service-deployment/${name}/*`) }),
    allowStatement('ServiceRevisions', revisionActions, { on: each((name) => `service-revision/${name}/*`) }),
    allowStatement('ReadRevisions', ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], { on: ['*'] }),
    allowStatement('RegisterRevision', ['ecs:RegisterTaskDefinition'], { on: families }),
    // The condition admits only a tag that is set during a registration, and the statement before limits registrations.
    allowStatement('TagRevision', ['ecs:TagResource'], {
      on: [`${ecs}:task-definition/*`],
      when: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
    }),
    allowStatement('ListTasks', ['ecs:ListTasks'], { on: ['*'], when: cluster }),
    allowStatement('Tasks', ['ecs:DescribeTasks'], { on: [`${ecs}:task/${target.cluster}/*`] }),
    passTaskRoles(target),
    ...diagnosisStatements(target),
    ...artifactStatements(here),
  );
}

const readActions = ['ecs:DescribeServices', 'ecs:ListServiceDeployments'];
const deploymentActions = ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'];
const revisionActions = ['ecs:DescribeServiceRevisions'];

const passTaskRoles = (target: TargetConfig): Statement =>
  allowStatement('PassTaskRoles', ['iam:PassRole'], {
    on: taskRoleArns(target),
    when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  });

const taskRoleArns = (target: TargetConfig): string[] => {
  const names = target.services.flatMap((service) => [service.executionRole, ...service.taskRoles]);
  return [...new Set(names)].map((name) => iamRoleArn(target.account, name));
};

/** The permissions that explain a failure. */
function diagnosisStatements({ region, account, services }: TargetConfig): Statement[] {
  const balancing = ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'];
  const network = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'];
  return [
    allowStatement('LoadBalancing', balancing, { on: ['*'] }),
    allowStatement('Network', network, { on: ['*'] }),
    // DescribeAlarms returns composite alarms only if the permission is "scoped to *" (CloudWatch API).
    allowStatement('Alarms', ['cloudwatch:DescribeAlarms'], { on: ['*'] }),
    allowStatement('Logs', ['logs:GetLogEvents'], {
      on: [
        ...new Set(services.map((each) => `arn:aws:logs:${region}:${account}:log-group:${serviceLogGroup(each)}:*`)),
      ],
    }),
  ];
}

/** Access to the artifacts for the built-in ECS action. Gantry itself reads them in the build account. */
const artifactStatements = (here: Installation): Statement[] => [
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  allowStatement('ArtifactBucket', ['s3:GetBucketLocation'], { on: [here.bucket] }),
  allowStatement('ArtifactKey', ['kms:Decrypt', 'kms:DescribeKey'], { on: [here.key] }),
];

/** The permissions of the execution role of these services: pull images from the build account, and write logs. */
export function executionRolePolicy(
  here: Installation,
  target: TargetConfig,
  services: ServiceConfig[],
): PolicyDocument {
  const groups = services.map(
    (one) => `arn:aws:logs:${target.region}:${target.account}:log-group:${serviceLogGroup(one)}:*`,
  );
  return policyDocument(
    ...pullStatements(here),
    allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], { on: [...new Set(groups)] }),
  );
}

/** The permissions of the target account's rules: put events on the build account's bus. */
export const forwardingPolicy = (here: Installation): PolicyDocument =>
  policyDocument(allowStatement('BuildAccountsBus', ['events:PutEvents'], { on: [here.bus] }));
