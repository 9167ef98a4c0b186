import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { CodePipeline } from '@aws-sdk/client-codepipeline';
import { ECS } from '@aws-sdk/client-ecs';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import JSZip from 'jszip';
import { afterAll, describe, expect, it } from 'vitest';
import { codepipeline } from '../../local/codepipeline.ts';
import { ecs } from '../../local/ecs.ts';
import { iam } from '../../local/iam-operations.ts';
import { kms } from '../../local/kms.ts';
import { stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import { logs } from '../../local/logs.ts';
import { s3 } from '../../local/s3.ts';
import { states } from '../../local/states.ts';
import { buildAccountId, startCloud } from '../start.ts';
import { catchError } from './bucket.ts';

const aws = await startCloud(codepipeline, ecs, iam, kms, lambda, logs, s3, states);
const settings = aws.as(buildAccountId);
afterAll(() => stopFunctions(aws.cloud));
const [pipelines, containers, roles, keys, functions, logGroups, buckets, machines] = [
  new CodePipeline(settings),
  new ECS(settings),
  new IAM(settings),
  new KMS(settings),
  new Lambda(settings),
  new CloudWatchLogs(settings),
  new S3({ ...settings, forcePathStyle: true }),
  new SFN(settings),
];

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const type = { category: 'Test', provider: 'gone', version: '1' } as const;
const artifacts = { minimumCount: 0, maximumCount: 1 };
const createType = (maximumCount = 1) =>
  pipelines.createCustomActionType({
    ...type,
    inputArtifactDetails: { ...artifacts, maximumCount },
    outputArtifactDetails: artifacts,
  });

const code = await new JSZip()
  .file('a.mjs', "export const handler = async () => 'ran';")
  .generateAsync({ type: 'nodebuffer' });

const createFunction = async (FunctionName: string, ZipFile: Buffer = code) => {
  const Role = `arn:aws:iam::${buildAccountId}:role/function`;
  return functions.createFunction({
    FunctionName,
    Role,
    Runtime: 'nodejs24.x',
    Handler: 'a.handler',
    Code: { ZipFile },
  });
};

const createRole = async (RoleName: string): Promise<string> =>
  (await roles.createRole({ RoleName, Path: '/some/', AssumeRolePolicyDocument: trust })).Role!.Arn!;

describe('creating a role', () => {
  it('makes it visible with its path, its trust policy and its inline policies', async () => {
    const arn = await createRole('made');
    await roles.putRolePolicy({ RoleName: 'made', PolicyName: 'all', PolicyDocument: policy });
    const { Role } = await roles.getRole({ RoleName: 'made' });
    expect(arn).toBe(`arn:aws:iam::${buildAccountId}:role/some/made`);
    expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toBe(trust);
    const { PolicyDocument } = await roles.getRolePolicy({ RoleName: 'made', PolicyName: 'all' });
    expect(decodeURIComponent(PolicyDocument!)).toBe(policy);
    const { Roles } = await roles.listRoles({ PathPrefix: '/some/' });
    expect(Roles!.map(({ Arn }) => Arn)).toEqual([arn]);
  });
});

/** What AWS refuses to create or to delete, and the name of its error. */
const refusals: [what: string, act: () => Promise<unknown>, error: string][] = [
  [
    'a role whose name is taken under another path',
    async () => {
      await createRole('taken');
      await roles.createRole({ RoleName: 'taken', AssumeRolePolicyDocument: trust });
    },
    'EntityAlreadyExistsException',
  ],
  [
    'a role that still has an inline policy',
    async () => {
      await createRole('kept');
      await roles.putRolePolicy({ RoleName: 'kept', PolicyName: 'all', PolicyDocument: policy });
      await roles.deleteRole({ RoleName: 'kept' });
    },
    'DeleteConflictException',
  ],
  ['a role that does not exist', () => roles.deleteRole({ RoleName: 'nobody' }), 'NoSuchEntityException'],
  [
    'an inline policy that does not exist',
    async () => {
      await createRole('plain');
      await roles.deleteRolePolicy({ RoleName: 'plain', PolicyName: 'none' });
    },
    'NoSuchEntityException',
  ],
  [
    'a bucket with an old version of an object',
    async () => {
      await buckets.createBucket({ Bucket: 'full' });
      await buckets.putBucketVersioning({ Bucket: 'full', VersioningConfiguration: { Status: 'Enabled' } });
      await buckets.putObject({ Bucket: 'full', Key: 'a', Body: 'a' });
      await buckets.deleteObject({ Bucket: 'full', Key: 'a' });
      await buckets.deleteBucket({ Bucket: 'full' });
    },
    'BucketNotEmpty',
  ],
  [
    'a function whose name is taken',
    async () => {
      await createFunction('taken');
      await createFunction('taken');
    },
    'ResourceConflictException',
  ],
  ['code that is no zip', () => createFunction('text', Buffer.from('text')), 'InvalidParameterValueException'],
  ['an alias that does not exist', () => keys.deleteAlias({ AliasName: 'alias/none' }), 'NotFoundException'],
  [
    'a deleted version of an action type with other settings',
    async () => {
      await createType(1);
      await pipelines.deleteCustomActionType(type);
      await createType(2);
    },
    'ValidationException',
  ],
  [
    'a cluster with an active service',
    async () => {
      await containers.createCluster({ clusterName: 'full' });
      await containers.registerTaskDefinition({
        family: 'app',
        containerDefinitions: [{ name: 'app', image: 'public.ecr.aws/x/y', memory: 6 }],
      });
      await containers.createService({ cluster: 'full', serviceName: 'app', taskDefinition: 'app', desiredCount: 0 });
      await containers.deleteCluster({ cluster: 'full' });
    },
    'ClusterContainsServicesException',
  ],
];

describe('AWS refuses', () => {
  it.each(refusals)('%s', async (_, act, name) => {
    expect(await catchError(act())).toMatchObject({ name });
  });
});

/** For each kind of resource: creates one, deletes it, and then fails to find it with this error. */
const deletions: [what: string, act: () => Promise<unknown>, find: () => Promise<unknown>, found: unknown][] = [
  [
    'a role without policies',
    async () => {
      await createRole('empty');
      await roles.deleteRole({ RoleName: 'empty' });
    },
    () => roles.getRole({ RoleName: 'empty' }),
    expect.objectContaining({ name: 'NoSuchEntityException' }),
  ],
  [
    'a bucket whose versions and delete markers are deleted',
    async () => {
      await buckets.createBucket({ Bucket: 'emptied' });
      await buckets.putBucketVersioning({ Bucket: 'emptied', VersioningConfiguration: { Status: 'Enabled' } });
      await buckets.putObject({ Bucket: 'emptied', Key: 'a', Body: 'a' });
      await buckets.deleteObject({ Bucket: 'emptied', Key: 'a' });
      const { Versions = [], DeleteMarkers = [] } = await buckets.listObjectVersions({ Bucket: 'emptied' });
      for (const { VersionId } of [...Versions, ...DeleteMarkers])
        await buckets.deleteObject({ Bucket: 'emptied', Key: 'a', VersionId });
      await buckets.deleteBucket({ Bucket: 'emptied' });
    },
    () => buckets.headBucket({ Bucket: 'emptied' }),
    expect.objectContaining({ name: 'NotFound' }),
  ],
  [
    'an alias, but not its key',
    async () => {
      const { KeyMetadata } = await keys.createKey({});
      await keys.createAlias({ AliasName: 'alias/short', TargetKeyId: KeyMetadata!.KeyId });
      await keys.deleteAlias({ AliasName: 'alias/short' });
      expect((await keys.describeKey({ KeyId: KeyMetadata!.KeyId })).KeyMetadata!.Enabled).toBe(true);
    },
    () => keys.describeKey({ KeyId: 'alias/short' }),
    expect.objectContaining({ name: 'NotFoundException' }),
  ],
  [
    'a pipeline, even twice',
    () => pipelines.deletePipeline({ name: 'none' }),
    () => pipelines.getPipeline({ name: 'none' }),
    expect.objectContaining({ name: 'PipelineNotFoundException' }),
  ],
  [
    'a state machine',
    async () => {
      const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
      const roleArn = await createRole('machine');
      const { stateMachineArn } = await machines.createStateMachine({ name: 'short', definition, roleArn });
      await machines.deleteStateMachine({ stateMachineArn });
    },
    () =>
      machines.describeStateMachine({
        stateMachineArn: `arn:aws:states:eu-west-1:${buildAccountId}:stateMachine:short`,
      }),
    expect.objectContaining({ name: 'StateMachineDoesNotExist' }),
  ],
  [
    'a log group',
    async () => {
      await logGroups.createLogGroup({ logGroupName: '/short' });
      await logGroups.deleteLogGroup({ logGroupName: '/short' });
    },
    () => logGroups.deleteLogGroup({ logGroupName: '/short' }),
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  ],
  [
    'a function that was created from a zip and ran',
    async () => {
      await createFunction('short');
      const { Payload } = await functions.invoke({ FunctionName: 'short' });
      expect(Payload!.transformToString()).toBe('"ran"');
      await functions.deleteFunction({ FunctionName: 'short' });
    },
    () => functions.getFunction({ FunctionName: 'short' }),
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  ],
  [
    'a cluster without services',
    async () => {
      await containers.createCluster({ clusterName: 'short' });
      expect((await containers.listClusters({})).clusterArns).toContainEqual(expect.stringContaining('cluster/short'));
      await containers.deleteCluster({ cluster: 'short' });
    },
    () => containers.listClusters({}).then(({ clusterArns }) => clusterArns!.filter((arn) => /short/.test(arn))),
    [],
  ],
  [
    'a task definition only after it is deregistered',
    async () => {
      const containerDefinitions = [{ name: 'app', image: 'public.ecr.aws/x/y', memory: 6 }];
      await containers.registerTaskDefinition({ family: 'short', containerDefinitions });
      const early = await containers.deleteTaskDefinitions({ taskDefinitions: ['short:1'] });
      expect(early.failures).toHaveLength(1);
      await containers.deregisterTaskDefinition({ taskDefinition: 'short:1' });
      await containers.deleteTaskDefinitions({ taskDefinitions: ['short:1'] });
    },
    async () => (await containers.describeTaskDefinition({ taskDefinition: 'short:1' })).taskDefinition!.status,
    'DELETE_IN_PROGRESS',
  ],
];

describe('deleting', () => {
  it.each(deletions)('%s removes it', async (_, act, find, found) => {
    await act();
    expect(await settle(find())).toEqual(found);
  });

  it('a custom action type lets its version be restored as it was', async () => {
    const restored = {
      ...type,
      provider: 'restored',
      inputArtifactDetails: artifacts,
      outputArtifactDetails: artifacts,
    };
    await pipelines.createCustomActionType(restored);
    const { category, provider, version } = restored;
    await pipelines.deleteCustomActionType({ category, provider, version });
    const gone = await pipelines.listActionTypes({ actionOwnerFilter: 'Custom' });
    await pipelines.createCustomActionType(restored);
    const back = await pipelines.listActionTypes({ actionOwnerFilter: 'Custom' });
    const listed = ({ actionTypes = [] }: typeof gone) => actionTypes.some(({ id }) => id!.provider === provider);
    expect([listed(gone), listed(back)]).toEqual([false, true]);
  });
});

/** Resolves to the value or the error. */
function settle(going: Promise<unknown>): Promise<unknown> {
  return going.catch((error: unknown) => error);
}
