import type { ProbeNames } from './names.ts';
import { allowActions, type PolicyStatement } from './role-resources.ts';

/** Actions that support no resource, or whose resources are not known before. */
const reading = (): PolicyStatement[] => [
  allowActions(
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
  allowActions(['kms:CreateKey'], '*'),
  allowActions(
    ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:ScheduleKeyDeletion'],
    arn('kms', alias),
    arn('kms', 'key/*'),
  ),
  allowActions(['s3:CreateBucket', 's3:DeleteBucket', 's3:ListBucket', 's3:PutBucketVersioning'], bucketArn),
  allowActions(['s3:DeleteObjectVersion', 's3:PutObject'], `${bucketArn}/*`),
];

const roles = ({ roleArn, roles: names }: ProbeNames): PolicyStatement[] => {
  const arns = Object.values(names).map(roleArn);
  const passedTo = {
    StringEquals: {
      'iam:PassedToService': ['codepipeline.amazonaws.com', 'lambda.amazonaws.com', 'states.amazonaws.com'],
    },
  };
  return [
    allowActions(['iam:CreateRole', 'iam:DeleteRole', 'iam:DeleteRolePolicy', 'iam:PutRolePolicy'], ...arns),
    { ...allowActions(['iam:PassRole'], ...arns), Condition: passedTo },
    allowActions(['sts:AssumeRole'], roleArn(names.poller)),
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
    allowActions(
      [...onPipeline, 'StartPipelineExecution'].map((action) => `codepipeline:${action}`),
      ...both,
    ),
    allowActions(
      ['codepipeline:CreateCustomActionType', 'codepipeline:DeleteCustomActionType', 'codepipeline:PollForJobs'],
      ...types,
    ),
    allowActions(
      onJobs.map((action) => `codepipeline:${action}`),
      '*',
    ),
  ];
};

const workloads = ({ arn, machine, cluster, service, family }: ProbeNames): PolicyStatement[] => [
  allowActions(
    ['CreateStateMachine', 'DeleteStateMachine', 'DescribeStateMachine', 'StartExecution'].map(
      (action) => `states:${action}`,
    ),
    arn('states', `stateMachine:${machine}`),
  ),
  allowActions(['states:DescribeExecution'], arn('states', `execution:${machine}:*`)),
  allowActions(['ecs:CreateCluster', 'ecs:DeleteCluster', 'ecs:DescribeClusters'], arn('ecs', `cluster/${cluster}`)),
  allowActions(
    ['ecs:CreateService', 'ecs:DeleteService', 'ecs:StopServiceDeployment'],
    arn('ecs', `service/${cluster}/${service}`),
  ),
  allowActions(['ecs:StopServiceDeployment'], arn('ecs', `service-deployment/${cluster}/${service}/*`)),
  allowActions(['ecs:DeleteTaskDefinitions', 'ecs:RegisterTaskDefinition'], arn('ecs', `task-definition/${family}:*`)),
  allowActions(['ecs:DeregisterTaskDefinition', 'ecs:ListTaskDefinitions'], '*'),
];

const functions = ({ arn, function: name, logGroup }: ProbeNames): PolicyStatement[] => [
  allowActions(
    ['lambda:CreateFunction', 'lambda:DeleteFunction', 'lambda:GetFunction'],
    arn('lambda', `function:${name}`),
  ),
  allowActions(
    ['logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:FilterLogEvents'],
    arn('logs', `log-group:${logGroup}`),
    arn('logs', `log-group:${logGroup}:*`),
  ),
  allowActions(['logs:DescribeLogGroups'], '*'),
];

/** The least permissions of a run: to read, and with `create` also to create, to observe and to remove. */
export const probePermissions = (names: ProbeNames, { create }: { create: boolean }): PolicyStatement[] => [
  ...reading(),
  ...(create
    ? [...storage(names), ...roles(names), ...pipelines(names), ...functions(names), ...workloads(names)]
    : []),
];
