import type { ProbeNames } from './names.ts';
import { allow, type PolicyStatement } from './role-resources.ts';

/** Actions that support no resource, or whose resources are not known before. */
const reading = (): PolicyStatement[] => [
  allow(
    [
      'codepipeline:GetPipeline',
      'codepipeline:ListPipelines',
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServices',
      'ecs:DescribeTaskDefinition',
      'ecs:ListClusters',
      'ecs:ListServiceDeployments',
      'ecs:ListServices',
      'iam:GetRole',
      'iam:ListRoles',
      's3:ListBucketVersions',
    ],
    '*',
  ),
];

const storage = ({ arn, alias, bucketArn }: ProbeNames): PolicyStatement[] => [
  allow(['kms:CreateKey'], '*'),
  allow(
    ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:ScheduleKeyDeletion'],
    arn('kms', alias),
    arn('kms', 'key/*'),
  ),
  allow(['s3:CreateBucket', 's3:DeleteBucket', 's3:ListBucket', 's3:PutBucketVersioning'], bucketArn),
  allow(['s3:DeleteObjectVersion', 's3:PutObject'], `${bucketArn}/*`),
];

const roles = ({ roleArn, roles: names }: ProbeNames): PolicyStatement[] => {
  const arns = Object.values(names).map(roleArn);
  const passedTo = {
    StringEquals: {
      'iam:PassedToService': ['codepipeline.amazonaws.com', 'lambda.amazonaws.com', 'states.amazonaws.com'],
    },
  };
  return [
    allow(['iam:CreateRole', 'iam:DeleteRole', 'iam:DeleteRolePolicy', 'iam:PutRolePolicy'], ...arns),
    { ...allow(['iam:PassRole'], ...arns), Condition: passedTo },
    allow(['sts:AssumeRole'], roleArn(names.poller)),
  ];
};

/** Acknowledging a job, reading its details and reporting its result support no resource (service authorization reference). */
const pipelines = ({ arn, pipeline, trustPipeline, lambdaPipeline, actionType }: ProbeNames): PolicyStatement[] => {
  const { owner, category, provider } = actionType;
  const both = [pipeline, trustPipeline, lambdaPipeline].map((name) => arn('codepipeline', name));
  const onPipeline = ['CreatePipeline', 'DeletePipeline', 'GetPipelineState', 'ListPipelineExecutions'];
  const onJobs = ['AcknowledgeJob', 'GetJobDetails', 'ListActionTypes', 'PutJobSuccessResult'];
  const types = ['actiontype', 'actionType'].map((word) =>
    arn('codepipeline', `${word}:${owner}/${category}/${provider}/*`),
  );
  return [
    allow(
      [...onPipeline, 'StartPipelineExecution'].map((action) => `codepipeline:${action}`),
      ...both,
    ),
    allow(
      ['codepipeline:CreateCustomActionType', 'codepipeline:DeleteCustomActionType', 'codepipeline:PollForJobs'],
      ...types,
    ),
    allow(
      onJobs.map((action) => `codepipeline:${action}`),
      '*',
    ),
  ];
};

const workloads = ({ arn, machine, cluster, service, family }: ProbeNames): PolicyStatement[] => [
  allow(
    ['CreateStateMachine', 'DeleteStateMachine', 'DescribeStateMachine', 'StartExecution'].map(
      (action) => `states:${action}`,
    ),
    arn('states', `stateMachine:${machine}`),
  ),
  allow(['states:DescribeExecution'], arn('states', `execution:${machine}:*`)),
  allow(['ecs:CreateCluster', 'ecs:DeleteCluster', 'ecs:DescribeClusters'], arn('ecs', `cluster/${cluster}`)),
  allow(
    ['ecs:CreateService', 'ecs:DeleteService', 'ecs:StopServiceDeployment'],
    arn('ecs', `service/${cluster}/${service}`),
  ),
  allow(['ecs:StopServiceDeployment'], arn('ecs', `service-deployment/${cluster}/${service}/*`)),
  allow(['ecs:DeleteTaskDefinitions', 'ecs:RegisterTaskDefinition'], arn('ecs', `task-definition/${family}:*`)),
  allow(['ecs:DeregisterTaskDefinition', 'ecs:ListTaskDefinitions'], '*'),
];

const functions = ({ arn, function: name, logGroup }: ProbeNames): PolicyStatement[] => [
  allow(['lambda:CreateFunction', 'lambda:DeleteFunction', 'lambda:GetFunction'], arn('lambda', `function:${name}`)),
  allow(
    ['logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:FilterLogEvents'],
    arn('logs', `log-group:${logGroup}`),
    arn('logs', `log-group:${logGroup}:*`),
  ),
  allow(['logs:DescribeLogGroups'], '*'),
];

/** The least permissions of a run: to read, and with `create` also to create, to observe and to remove. */
export const probePermissions = (names: ProbeNames, { create }: { create: boolean }): PolicyStatement[] => [
  ...reading(),
  ...(create
    ? [...storage(names), ...roles(names), ...pipelines(names), ...functions(names), ...workloads(names)]
    : []),
];
