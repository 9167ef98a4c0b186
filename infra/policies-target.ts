import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { type AllowedNames, listAllowedNames, logGroupOfService } from '../core/config/target-permissions.ts';
import { listTaskFamilies } from '../core/config/task-services.ts';
import { formatArn } from '../core/parsing/partition.ts';
import { type Installation, iamRoleArn } from './installation.ts';
import { pullStatements } from './policies-artifacts.ts';
import { scheduleStatements } from './policies-schedules.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/**
 * The permissions of a deployment in a target account. Every `*` belongs to an action that does not support resource-level permissions (service
 * authorization reference). IAM limits the length (infra/system-targets.ts), so an ARN is repeated only if necessary: an action on a deployment needs the
 * ARNs of the service and of the deployment.
 */
export function deploymentPolicy(installation: Installation, target: TargetConfig): PolicyDocument {
  const ecs = (resource: string) => formatArn('ecs', target, resource);
  const permissions = listAllowedNames(target);
  const each = (path: (name: string) => string) =>
    permissions.services.map((name) => ecs(path(`${target.cluster}/${name}`)));
  const onDeployments = [...deploymentActions, ...(target.pauseHooks === 'allow' ? continueActions : [])];
  const cluster = { ArnEquals: { 'ecs:cluster': ecs(`cluster/${target.cluster}`) } };
  return policyDocument(
    allowStatement('Services', ['ecs:UpdateService', ...readActions, ...onDeployments, ...revisionActions], {
      on: each((name) => `service/${name}`),
    }),
    allowStatement('Deployments', onDeployments, { on: each((name) => `service-deployment/${name}/*`) }),
    allowStatement('ServiceRevisions', revisionActions, { on: each((name) => `service-revision/${name}/*`) }),
    allowStatement('ReadRevisions', ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], { on: ['*'] }),
    allowStatement('RegisterRevision', ['ecs:RegisterTaskDefinition'], {
      on: permissions.families.map((family) => ecs(`task-definition/${family}:*`)),
    }),
    // The condition allows tags only during a registration, and the statement `RegisterRevision` limits registrations.
    allowStatement('TagRevision', ['ecs:TagResource'], {
      on: [ecs('task-definition/*')],
      when: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
    }),
    allowStatement('ListTasks', ['ecs:ListTasks', ...(target.match === undefined ? [] : ['ecs:ListServices'])], {
      on: ['*'],
      when: cluster,
    }),
    allowStatement('Tasks', ['ecs:DescribeTasks'], { on: [ecs(`task/${target.cluster}/*`)] }),
    ...passTaskRoles(target, permissions),
    ...scheduleStatements(target),
    ...runTaskStatements(target),
    ...diagnosisStatements(target, permissions),
    ...(target.artifactAccess === 'read' ? artifactStatements(installation) : []),
  );
}

const readActions = ['ecs:DescribeServices', 'ecs:ListServiceDeployments'];
const deploymentActions = ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'];
/** Only for a target whose configuration allows people to answer pause hooks. */
const continueActions = ['ecs:ContinueServiceDeployment'];
const revisionActions = ['ecs:DescribeServiceRevisions'];

/** Omits the statement if there are no roles, because a statement needs at least one resource (IAM JSON policy grammar). */
const passTaskRoles = (target: TargetConfig, { passRoles }: AllowedNames): Statement[] =>
  passRoles.length === 0
    ? []
    : [
        allowStatement('PassTaskRoles', ['iam:PassRole'], {
          on: passRoles.map((name) => iamRoleArn(target, name)),
          when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        }),
      ];

/**
 * The permissions to run and stop the tasks of releases; none if no service has such tasks. StopTask supports no condition on the family (service
 * authorization reference of ECS), so a session limits it to one task (core/service/session-policy.ts).
 */
function runTaskStatements(target: TargetConfig): Statement[] {
  const ecs = (resource: string) => formatArn('ecs', target, resource);
  const families = listTaskFamilies(target);
  if (families.length === 0) return [];
  const when = { ArnEquals: { 'ecs:cluster': ecs(`cluster/${target.cluster}`) } };
  return [
    allowStatement('RunTasks', ['ecs:RunTask'], { on: families.map((name) => ecs(`task-definition/${name}:*`)), when }),
    allowStatement('StopTasks', ['ecs:StopTask'], { on: [ecs(`task/${target.cluster}/*`)], when }),
  ];
}

/**
 * The ARN of all streams of a log group. If the group is a pattern, the ARN also names the resource type, so that the pattern's `*` cannot match names of
 * streams.
 */
const streamsOf = (group: string): string => (group.includes('*') ? 'log-stream:*' : '*');

/** The permissions that explain a failure. */
function diagnosisStatements(target: TargetConfig, { logGroups }: AllowedNames): Statement[] {
  const balancing = ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'];
  const network = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'];
  return [
    allowStatement('LoadBalancing', balancing, { on: ['*'] }),
    allowStatement('Network', network, { on: ['*'] }),
    // DescribeAlarms returns composite alarms only if the permission is "scoped to *" (CloudWatch API).
    allowStatement('Alarms', ['cloudwatch:DescribeAlarms'], { on: ['*'] }),
    readLogStatement(target, logGroups),
  ];
}

/** The permission to read the log streams of these log groups, which can be patterns. */
export const readLogStatement = (target: TargetConfig, logGroups: string[]): Statement =>
  allowStatement('Logs', ['logs:GetLogEvents'], {
    on: logGroups.map((group) => formatArn('logs', target, `log-group:${group}:${streamsOf(group)}`)),
  });

/** Access to the artifacts for the built-in ECS action. Gantry itself reads them in the build account. */
function artifactStatements(installation: Installation): Statement[] {
  const buckets = installation.createdPipelines.map(({ bucket }) => bucket);
  if (buckets.length === 0) return [];
  return [
    allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: buckets.map((one) => `${one}/*`) }),
    allowStatement('ArtifactBucket', ['s3:GetBucketLocation'], { on: buckets }),
    allowStatement('ArtifactKey', ['kms:Decrypt', 'kms:DescribeKey'], { on: [installation.key] }),
  ];
}

/** The permissions of the execution role of these services: pull images from the build account, and write logs. */
export function executionRolePolicy(
  installation: Installation,
  target: TargetConfig,
  services: ServiceConfig[],
): PolicyDocument {
  const groups = services.map((one) => formatArn('logs', target, `log-group:${logGroupOfService(one)}:*`));
  return policyDocument(
    ...pullStatements(installation),
    allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], { on: [...new Set(groups)] }),
  );
}

/** The permissions of the target account's rules: put events on the build account's bus. */
export const forwardingPolicy = (installation: Installation): PolicyDocument =>
  policyDocument(allowStatement('BuildAccountsBus', ['events:PutEvents'], { on: [installation.bus] }));
