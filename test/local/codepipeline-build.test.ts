import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  PollForJobsCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import JSZip from 'jszip';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { codebuild } from '../../local/codebuild.ts';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { sts } from '../../local/sts.ts';
import { buildAccountId, region, startCloud } from '../start.ts';
import {
  allowPolicy,
  bucketName,
  deployAction,
  gantryType,
  giveRole,
  pipelineRole,
  pipelineWith,
  readActionState,
  recordedEvents,
  startPipeline,
  waitForEvent,
} from './pipeline.ts';

const aws = await startCloud(kms, s3, sts, codebuild, codepipeline);
const client = new CodePipelineClient(aws.as(buildAccountId));
const objects = new S3Client({ ...aws.as(buildAccountId), forcePathStyle: true });
const buildRole = `arn:aws:iam::${buildAccountId}:role/build`;
const actionRole = `arn:aws:iam::${buildAccountId}:role/action`;
let artifactStore = {};

const buildspec = (test: string) => `version: 0.2
env:
  exported-variables: [IMAGE]
phases:
  build:
    commands:
      - ${test}
      - export IMAGE="shop:$CODEBUILD_RESOLVED_SOURCE_VERSION"
      - echo "$IMAGE $LEVEL $CODEBUILD_INITIATOR" > said.txt
artifacts:
  files: said.txt
`;

async function sourceOf(place: string, test: string) {
  const zip = new JSZip().file('buildspec.yml', buildspec(test));
  const bytes = await zip.generateAsync({ type: 'nodebuffer' });
  setSource(aws.cloud, place, async () => ({ revision: '3f1c0de', summary: 'Sell more', zip: bytes }));
}

beforeAll(async () => {
  recordedEvents(aws.cloud);
  const { KeyMetadata } = await new KMSClient(aws.as(buildAccountId)).send(new CreateKeyCommand({}));
  artifactStore = { type: 'S3', location: bucketName, encryptionKey: { id: KeyMetadata!.Arn!, type: 'KMS' } };
  await objects.send(new CreateBucketCommand({ Bucket: bucketName }));
  const common = ['s3:*', 'kms:*', 'codebuild:*', 'codeconnections:UseConnection'];
  giveRole(aws.cloud, pipelineRole, allowPolicy(...common, 'sts:AssumeRole'));
  giveRole(aws.cloud, buildRole, allowPolicy('s3:*', 'kms:*'));
  await new CodeBuildClient(aws.as(buildAccountId)).send(
    new CreateProjectCommand({
      name: 'shop',
      source: { type: 'CODEPIPELINE' },
      artifacts: { type: 'CODEPIPELINE' },
      environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
      serviceRole: buildRole,
      encryptionKey: KeyMetadata!.Arn!,
    }),
  );
  await client.send(
    new CreateCustomActionTypeCommand({
      category: 'Deploy',
      provider: 'Gantry',
      version: '1',
      configurationProperties: [{ name: 'ServiceName', required: true, key: false, secret: false }],
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
});

const buildAction = (more: object = {}) => ({
  name: 'Build',
  namespace: 'Build',
  actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  configuration: {
    ProjectName: 'shop',
    EnvironmentVariables: JSON.stringify([{ name: 'LEVEL', value: 'high', type: 'PLAINTEXT' }]),
  },
  inputArtifacts: [{ name: 'SourceArtifact' }],
  outputArtifacts: [{ name: 'BuildArtifact' }],
  ...more,
});

const ship = {
  ...deployAction,
  configuration: { ServiceName: '#{Build.IMAGE}' },
  inputArtifacts: [{ name: 'BuildArtifact' }],
};

const create = (name: string, more: object = {}) => {
  const stages = [
    { name: 'Build', actions: [buildAction(more)] },
    { name: 'Deploy', actions: [ship] },
  ];
  return client.send(new CreatePipelineCommand({ pipeline: pipelineWith(name, stages, { artifactStore }) }));
};

describe('a build in a pipeline', () => {
  it('passes its artifact and its exported variables to a job, which can read the artifact with its credentials', async () => {
    await sourceOf('acme/shop#main', 'echo good');
    await create('good');
    await startPipeline(client, 'good');
    await waitForEvent(aws, { pipeline: 'good', action: 'Deploy', state: 'STARTED' });
    const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId: gantryType }));
    const { actionConfiguration, inputArtifacts, encryptionKey } = jobs[0]!.data!;
    expect(actionConfiguration?.configuration).toEqual({ ServiceName: 'shop:3f1c0de' });
    const { bucketName: Bucket, objectKey: Key } = inputArtifacts![0]!.location!.s3Location!;
    const { SSEKMSKeyId } = await objects.send(new HeadObjectCommand({ Bucket, Key }));
    expect(SSEKMSKeyId).toBe(encryptionKey?.id);
    const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId: jobs[0]!.id }));
    const { accessKeyId, secretAccessKey, sessionToken } = jobDetails!.data!.artifactCredentials!;
    const worker = new S3Client({
      ...aws.as(buildAccountId),
      forcePathStyle: true,
      credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey!, sessionToken: sessionToken! },
    });
    const { Body } = await worker.send(new GetObjectCommand({ Bucket, Key }));
    const { files } = await JSZip.loadAsync(await Body!.transformToByteArray());
    expect(await files['said.txt']!.async('string')).toBe('shop:3f1c0de high codepipeline/good\n');
    expect(await readActionState(client, 'good', 'Build')).toMatchObject({
      status: 'Succeeded',
      externalExecutionId: expect.stringMatching(/^shop:/),
      externalExecutionUrl: expect.stringContaining('cloudwatch'),
    });
  });

  it.each([
    ['never', 1],
    ['same-bytes', 2],
  ])('and its source have their artifacts written as the answer %s says', async (answer, versions) => {
    aws.cloud.answers = selectAnswers({ id: 'artifact-rewritten', answer });
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await objects.send(new PutBucketVersioningCommand({ Bucket: bucketName, VersioningConfiguration }));
    await sourceOf('acme/shop#main', 'echo good');
    await create(`written-${answer}`);
    await startPipeline(client, `written-${answer}`);
    await waitForEvent(aws, { pipeline: `written-${answer}`, action: 'Deploy', state: 'STARTED' });
    const end = aws.clock.now() + 30_000;
    aws.clock.after(30_000, () => {});
    await aws.clock.advanceUntil(() => aws.clock.now() >= end);
    aws.cloud.answers = selectAnswers();
    const Prefix = `written-${answer}/`;
    const listed = await objects.send(new ListObjectVersionsCommand({ Bucket: bucketName, Prefix }));
    const byKey = Map.groupBy(listed.Versions!, ({ Key }) => Key!);
    const read = async (Key: string, VersionId?: string) =>
      (await objects.send(new GetObjectCommand({ Bucket: bucketName, Key, VersionId }))).Body!.transformToString('hex');
    const contents = [...byKey].map(([key, all]) => Promise.all(all.map(({ VersionId }) => read(key, VersionId))));
    const artifacts = await Promise.all(contents);
    expect(artifacts.map((all) => [all.length, new Set(all).size])).toEqual([
      [versions, 1],
      [versions, 1],
    ]);
  });

  it('fails its action with the phase and the command', async () => {
    await sourceOf('acme/shop#main', 'exit 7');
    await create('bad');
    await startPipeline(client, 'bad');
    await waitForEvent(aws, { pipeline: 'bad', action: 'Build', state: 'FAILED' });
    expect((await readActionState(client, 'bad', 'Build'))?.errorDetails).toEqual({
      code: 'JobFailed',
      message:
        'Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while executing command: exit 7. Reason: exit status 7',
    });
  });

  it("is started with the role of its action, which the pipeline's role assumes", async () => {
    giveRole(aws.cloud, actionRole, allowPolicy('codebuild:*'));
    aws.cloud.iam.roles.get(actionRole)!.trust.Statement.push({
      Effect: 'Allow',
      Principal: { AWS: pipelineRole },
      Action: 'sts:AssumeRole',
    });
    const before = aws.cloud.authorizations.length;
    await create('as-role', { roleArn: actionRole });
    await startPipeline(client, 'as-role');
    await waitForEvent(aws, { pipeline: 'as-role', action: 'Build', state: 'FAILED' });
    const principalOf = (wanted: string) =>
      aws.cloud.authorizations.slice(before).findLast(({ action }) => action === wanted)?.principal;
    expect(principalOf('sts:AssumeRole')).toContain('assumed-role/pipeline/');
    expect(principalOf('codebuild:StartBuild')).toContain('assumed-role/action/');
    expect((await readActionState(client, 'as-role', 'Build'))?.errorDetails?.code).toBe('JobFailed');
  });

  it("fails if the pipeline is not allowed to assume the action's role", async () => {
    const closed = `arn:aws:iam::${buildAccountId}:role/closed`;
    giveRole(aws.cloud, closed, allowPolicy('codebuild:*'));
    await create('closed', { roleArn: closed });
    await startPipeline(client, 'closed');
    await waitForEvent(aws, { pipeline: 'closed', action: 'Build', state: 'FAILED' });
    expect((await readActionState(client, 'closed', 'Build'))?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringContaining('sts:AssumeRole'),
    });
  });

  it('is not started if the role is not allowed to', async () => {
    giveRole(aws.cloud, pipelineRole, allowPolicy('s3:*', 'kms:*', 'codeconnections:UseConnection'));
    await create('refused');
    await startPipeline(client, 'refused');
    await waitForEvent(aws, { pipeline: 'refused', action: 'Build', state: 'FAILED' });
    expect((await readActionState(client, 'refused', 'Build'))?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringMatching(
        new RegExp(`^Error calling startBuild: .*not authorized to perform: codebuild:StartBuild.*${region}`),
      ),
    });
  });
});
