/** Each `*` that remains in a policy: the end of the text that contains the `*`, and the reason why a name cannot replace it. */
export interface Wildcard {
  where: RegExp;
  reason: string;
  source: string;
}

const authorization = 'Service Authorization Reference';

/** Actions that do not support resource-level permissions. Only these are allowed on the resource `*`. */
export const actionsWithoutResource: Record<string, string> = {
  'cloudwatch:DescribeAlarms': 'CloudWatch API, DescribeAlarms: composite alarms need a permission "scoped to *"',
  'codepipeline:AcknowledgeJob': authorization,
  'codepipeline:GetJobDetails': authorization,
  'codepipeline:PutJobFailureResult': authorization,
  'codepipeline:PutJobSuccessResult': authorization,
  'ec2:DescribeNetworkInterfaces': authorization,
  'ec2:DescribeSecurityGroups': authorization,
  'ec2:DescribeSubnets': authorization,
  'ecr:GetAuthorizationToken': authorization,
  'ecs:DescribeTaskDefinition': authorization,
  'ecs:ListTaskDefinitions': authorization,
  'ecs:ListTasks': `${authorization}: knows container instances only, which Fargate has none of; limited by ecs:cluster`,
  'elasticloadbalancing:DescribeTargetGroups': authorization,
  'elasticloadbalancing:DescribeTargetHealth': authorization,
  'logs:CreateLogDelivery': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:DeleteLogDelivery': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:DescribeLogGroups': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:DescribeResourcePolicies': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:GetLogDelivery': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:ListLogDeliveries': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:PutResourcePolicy': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'logs:UpdateLogDelivery': 'Step Functions Developer Guide, logging to CloudWatch Logs',
  'states:SendTaskSuccess': authorization,
  'xray:GetSamplingRules': authorization,
  'xray:GetSamplingTargets': authorization,
  'xray:PutTelemetryRecords': authorization,
  'xray:PutTraceSegments': authorization,
};

/** Parts of a resource that exist only at run time. */
export const resourceWildcards: Wildcard[] = [
  {
    where: /^arn:aws:ecr:\*:\d+:repository\//,
    reason:
      'an allowed repository is allowed in every Region, and a pattern of the configuration names many repositories',
    source: 'core/image/sources.ts',
  },
  {
    where: /^arn:aws:s3:::[\w.-]+-artifacts-\d+\/\*$/,
    reason: 'CodePipeline chooses the keys',
    source: 'CodePipeline User Guide',
  },
  {
    where: /^arn:aws:s3:::[\w.-]+-artifacts-\d+\/[\w-]{1,10}\*\/Build\/\*$/,
    reason: 'CodePipeline truncates the name of the pipeline and adds random characters',
    source: 'CodePipeline User Guide, "Troubleshooting"',
  },
  {
    where: /:log-group:[\w/-]+:\*$/,
    reason: 'streams are named by instance and date',
    source: 'CloudWatch Logs User Guide',
  },
  {
    where: /:function:[\w-]+:\*$/,
    reason: 'Lambda numbers the versions, and running executions invoke the ones that they started with',
    source: 'Lambda Developer Guide, "Fine-tuning the Resources and Conditions sections of policies"',
  },
  {
    where: /:execution:[\w-]+:[a-z0-9-]+_\*$/,
    reason:
      'an execution that an entry machine starts is named by its target and by the execution of the entry machine',
    source: 'state-machines/entry.asl.json',
  },
  { where: /:execution:[\w-]+:\*$/, reason: 'an execution is named by its job', source: 'core/request/job.ts' },
  {
    where: /^arn:aws:codepipeline:[\w-]+:\d+:\*$/,
    reason: 'any pipeline of the account can contain the action',
    source: authorization,
  },
  { where: /:task-definition\/[\w-]+:\*$/, reason: 'ECS numbers the revisions', source: authorization },
  {
    where: /:task-definition\/\*$/,
    reason: 'to tag what is being registered, which is allowed for the families of the target only',
    source: 'ECS Developer Guide, "Grant permission to tag resources on creation" (ecs:CreateAction)',
  },
  { where: /:task\/[\w-]+\/\*$/, reason: 'ECS chooses the ids of tasks', source: authorization },
  {
    where: /:service-(deployment|revision)\/[\w-]+\/[\w-]+\/\*$/,
    reason: 'ECS chooses the ids',
    source: authorization,
  },
];

/** Groups of actions, by the Sid of their statement. */
export const actionWildcards: Record<string, string> = {
  'kms:*':
    'the root of the build account administers its key: without it the key could become unmanageable (KMS Developer Guide)',
  's3:*': 'a denial: nothing at all without TLS (S3 security best practices)',
  'kms:ReEncrypt*': 'ReEncryptFrom and ReEncryptTo, as CodePipeline documents it for other accounts',
  'kms:GenerateDataKey*':
    'GenerateDataKey and GenerateDataKeyWithoutPlaintext, as CodePipeline documents it for other accounts',
};

/** Those of `actionsWithoutResource` that do support a resource in IAM. */
export const documentationExceptions: Record<string, string[]> = {
  // A Fargate service has no container instances, and ecs:cluster limits the statement.
  'ecs:ListTasks': ['container-instance'],
  'cloudwatch:DescribeAlarms': ['alarm'],
};
