import { callAws, type ProbeContext } from './context.ts';
import { undefinedIfMissing } from './missing.ts';
import type { ProbeNames } from './names.ts';
import type { ProbeResource } from './resource.ts';
import { findKey } from './storage-resources.ts';

const policyName = 'probe';

export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: object;
}

export const formatPolicy = (Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

export const allowActions = (Action: string[], ...Resource: string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const trusts = (Principal: object, Condition?: object): string =>
  formatPolicy([{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition && { Condition }) }]);

/** What a pipeline role needs for an S3 source and its artifact store (user guide, "Manage the CodePipeline service role"). */
const pipelineStatements = async (context: ProbeContext): Promise<PolicyStatement[]> => {
  const { bucketArn } = context.names;
  const objects = ['GetObject', 'GetObjectVersion', 'GetObjectTagging', 'GetObjectVersionTagging', 'PutObject'];
  const found = await findKey(context);
  return [
    allowActions(['s3:GetBucketVersioning', 's3:GetBucketAcl', 's3:GetBucketLocation', 's3:ListBucket'], bucketArn),
    allowActions(
      [...objects, 'PutObjectAcl', 'PutObjectTagging'].map((action) => `s3:${action}`),
      `${bucketArn}/*`,
    ),
    allowActions(['lambda:InvokeFunction'], context.names.arn('lambda', `function:${context.names.function}`)),
    ...(found === undefined
      ? []
      : [allowActions(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'], found.Arn)]),
  ];
};

/** Creates a role with one inline policy. */
const createRoleResource = (
  purpose: keyof ProbeNames['roles'],
  trust: (names: ProbeNames) => string,
  statements: (context: ProbeContext) => PolicyStatement[] | Promise<PolicyStatement[]>,
): ProbeResource => ({
  describe: ({ names }) => `the IAM role ${names.roles[purpose]}`,
  async create(context) {
    const RoleName = context.names.roles[purpose];
    const PolicyDocument = formatPolicy(await statements(context));
    await callAws(context, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust(context.names) });
    await callAws(context, 'iam', 'PutRolePolicy', { RoleName, PolicyName: policyName, PolicyDocument });
  },
  exists: async (context) =>
    (await undefinedIfMissing(callAws(context, 'iam', 'GetRole', { RoleName: context.names.roles[purpose] }))) !==
    undefined,
  async remove(context) {
    const RoleName = context.names.roles[purpose];
    await undefinedIfMissing(callAws(context, 'iam', 'DeleteRolePolicy', { RoleName, PolicyName: policyName }));
    await undefinedIfMissing(callAws(context, 'iam', 'DeleteRole', { RoleName }));
  },
});

const codePipeline = { Service: 'codepipeline.amazonaws.com' };

/** Polls in sessions that each allow one spelling of the ARN. Only the account itself can assume it. */
export const pollerRoleResource = createRoleResource(
  'poller',
  ({ rootArn }) => trusts({ AWS: rootArn }),
  () => [allowActions(['codepipeline:PollForJobs'], '*')],
);

export const pipelineRoleResource = createRoleResource('pipeline', () => trusts(codePipeline), pipelineStatements);

/** CodePipeline can assume it only if it sends aws:SourceAccount. */
export const trustRoleResource = createRoleResource(
  'trust',
  ({ account }) => trusts(codePipeline, { StringEquals: { 'aws:SourceAccount': account } }),
  pipelineStatements,
);

export const workflowRoleResource = createRoleResource(
  'workflow',
  () => trusts({ Service: 'states.amazonaws.com' }),
  ({ names }) => [allowActions(['dynamodb:GetItem'], names.arn('dynamodb', `table/${names.table}`))],
);

export const functionRoleResource = createRoleResource(
  'function',
  () => trusts({ Service: 'lambda.amazonaws.com' }),
  ({ names }) => [
    allowActions(['logs:CreateLogStream', 'logs:PutLogEvents'], names.arn('logs', `log-group:${names.logGroup}:*`)),
  ],
);
