import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { accountRootArn, type Installation, iamRoleArn } from './installation.ts';
import { pullStatements } from './policies-artifacts.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

export const taskDefinitionFamily = (service: ServiceConfig): string => service.family ?? service.name;

export const serviceLogGroup = (service: ServiceConfig): string =>
  service.logGroup ?? `/ecs/${taskDefinitionFamily(service)}`;

/** Who may deploy to a target: the build account, whose own IAM policies say which of its roles; with the external id where one is asked for. */
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
 * What a deployment may do in a target account. Every `*` is an action that IAM cannot limit to a resource (service authorization reference).
 * No ARN stands in it twice where it need not, since IAM counts (infra/system-targets.ts): what acts on a deployment needs the service's and its own.
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
    // Only what is being registered can be tagged so, and that is limited by the statement before.
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

/** What explains a failure to a person. */
function diagnosisStatements({ region, account, services }: TargetConfig): Statement[] {
  const balancing = ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'];
  const network = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'];
  return [
    allowStatement('LoadBalancing', balancing, { on: ['*'] }),
    allowStatement('Network', network, { on: ['*'] }),
    // Composite alarms are shown only to a permission that is "scoped to *" (CloudWatch API, DescribeAlarms).
    allowStatement('Alarms', ['cloudwatch:DescribeAlarms'], { on: ['*'] }),
    allowStatement('Logs', ['logs:GetLogEvents'], {
      on: [
        ...new Set(services.map((each) => `arn:aws:logs:${region}:${account}:log-group:${serviceLogGroup(each)}:*`)),
      ],
    }),
  ];
}

/** The artifacts, as the built-in ECS action needs them; Gantry itself reads them in the build account. */
const artifactStatements = (here: Installation): Statement[] => [
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  allowStatement('ArtifactBucket', ['s3:GetBucketLocation'], { on: [here.bucket] }),
  allowStatement('ArtifactKey', ['kms:Decrypt', 'kms:DescribeKey'], { on: [here.key] }),
];

/** What ECS may do to start the tasks of these services: pull across the border, write their logs. */
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

/** What the target account's rules may do: put events on the build account's bus. */
export const forwardingPolicy = (here: Installation): PolicyDocument =>
  policyDocument(allowStatement('BuildAccountsBus', ['events:PutEvents'], { on: [here.bus] }));
