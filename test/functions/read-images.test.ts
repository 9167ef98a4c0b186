import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codepipeline } from '../../local/codepipeline.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { ecr } from '../../local/ecr.ts';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { buildAccountId, region } from '../start.ts';
import { createZip } from '../zip.ts';
import { createBuildAccount, functionRole } from './build-account.ts';
import { createTable } from './ledger-table.ts';
import { offerJob } from './team-job.ts';

const account = await createBuildAccount(s3, kms, ecr, codepipeline, dynamodb);
const { as, may } = account;
await createTable(DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId))));
const { handler } = await import('../../functions/read-images.ts');

const bucket = 'web-shop-production-artifacts-111111111111';
const store = new S3Client(as(buildAccountId));
const keys = new KMSClient(as(buildAccountId));
const images = new ECRClient(as(buildAccountId));
const host = `${buildAccountId}.dkr.ecr.${region}.amazonaws.com`;
const rights = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListBucket',
  'kms:Decrypt',
  'kms:DescribeKey',
  'ecr:BatchGetImage',
  'dynamodb:*',
  'codepipeline:GetJobDetails',
];
const target = {
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region,
  cluster: 'web-shop',
  service: 'web',
};
const properties = { ClusterName: 'web-shop', ServiceName: 'web', RoleArn: target.roleArn, Region: region };

const imageManifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest: `sha256:${'0'.repeat(64)}` },
  layers: [],
});

let digest = '';
let jobId = '';
let key = '';

const statement = (given: object) => ({ Sid: 'S', Effect: 'Allow', Action: 'kms:*', Resource: '*', ...given });
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const owner = statement({ Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` } });

const makeKey = async (): Promise<string> =>
  (await keys.send(new CreateKeyCommand({ Policy: document(owner) }))).KeyMetadata!.Arn!;
const put = async (Key: string, Body: Uint8Array | string, keyArn = key): Promise<string> => {
  const encryption = keyArn === '' ? {} : { SSEKMSKeyId: keyArn };
  const answer = await store.send(
    new PutObjectCommand({ Bucket: bucket, Key, Body, ServerSideEncryption: 'aws:kms', ...encryption }),
  );
  return answer.VersionId!;
};
const artifact = (imageUri: string, ...more: { path: string; content: string }[]) =>
  createZip({ path: 'imagedefinitions.json', content: JSON.stringify([{ name: 'app', imageUri }]) }, ...more);
const job = (objectKey: string, more: Record<string, string> = {}, encryptionKey: string | undefined = key) => ({
  job: {
    id: jobId,
    nonce: '1',
    configuration: { ...properties, ...more },
    artifact: { name: 'Built', bucket, key: objectKey },
    encryptionKey,
  },
  acknowledged: { status: 'InProgress' },
});
const read = (input: unknown) => handler({ execution: 'arn:aws:states:::execution:deploy:1', input });
const failure = (input: unknown) =>
  read(input).then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

beforeAll(async () => {
  may(...rights);
  await store.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await store.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await images.send(new CreateRepositoryCommand({ repositoryName: 'legacy/web' }));
  const { image } = await images.send(
    new PutImageCommand({ repositoryName: 'legacy/web', imageManifest, imageTag: '1' }),
  );
  digest = image!.imageId!.imageDigest!;
  jobId = await offerJob(account, 'team', bucket);
});
beforeEach(async () => {
  may(...rights);
  key = await makeKey();
});

describe('Read Images for a pipeline', () => {
  it('reads the encrypted artifact, resolves the tag to its digest and keeps the version', async () => {
    const versionId = await put('good', await artifact(`${host}/legacy/web:1`));
    const release = await read(job('good', { DeploymentTimeout: '30' }));
    expect(release).toMatchObject({
      target: { ...target, name: 'test/web' },
      images: [{ name: 'app', imageUri: `${host}/legacy/web:1`, pinned: `${host}/legacy/web@${digest}` }],
      base: { from: 'service' },
      artifact: { bucket, key: 'good', versionId },
      force: false,
      rollBackOnFailure: true,
      warnings: [],
    });
    expect(Math.abs(Date.parse(release.deadline) - Date.now() - 30 * 60_000)).toBeLessThan(60_000);
  });

  it('counts the time-out from the start of the execution', async () => {
    await put('late', await artifact(`${host}/legacy/web:1`));
    const release = await handler({
      started: '2026-11-23T09:00:00.123Z',
      input: job('late', { DeploymentTimeout: '30' }),
    });
    expect(release.deadline).toBe('2026-11-23T09:30:00.123Z');
  });

  it('reads the given version of the artifact, not a newer one', async () => {
    const versionId = await put('twice', await artifact(`${host}/legacy/web:1`));
    await put('twice', await artifact(`${host}/legacy/web:2`));
    const release = await read({ target: 'test/web', artifact: { bucket, key: 'twice', versionId } });
    expect(release.images).toEqual([
      { name: 'app', imageUri: `${host}/legacy/web:1`, pinned: `${host}/legacy/web@${digest}` },
    ]);
    expect(release.artifact?.versionId).toBe(versionId);
    expect(release.warnings).toEqual([]);
  });

  it('warns if the artifact is encrypted with another key than the declared one', async () => {
    await put('other-key', await artifact(`${host}/legacy/web:1`), await makeKey());
    expect((await read(job('other-key'))).warnings[0]).toContain(`although the pipeline declares ${key}`);
  });

  it('reads the task definition that the release starts from', async () => {
    await put(
      'file',
      await artifact(
        `${host}/legacy/web:1`,
        { path: 'td.json', content: '{"family": "web"}' },
        { path: 'bad.json', content: '{' },
      ),
    );
    expect((await read(job('file', { TaskDefinition: './td.json' }))).base).toMatchObject({
      from: 'file',
      path: 'td.json',
      artifact: { name: 'Built', bucket, key: 'file' },
    });
    expect(await failure(job('file', { TaskDefinition: 'bad.json' }))).toContain('bad.json is not JSON');
    expect(await failure(job('file', { TaskDefinition: 'no.json' }))).toContain(
      'The artifact has no file no.json. It holds "imagedefinitions.json", "td.json"',
    );
  });
});

describe('Read Images for a manual deployment', () => {
  it('uses the given images', async () => {
    const release = await read({
      target: 'test/web',
      images: [{ name: 'app', imageUri: `${host}/legacy/web@${digest}` }],
    });
    expect(release.images[0]?.pinned).toBe(`${host}/legacy/web@${digest}`);
    expect(release).not.toHaveProperty('artifact.bucket');
  });

  it.each([
    `${buildAccountId}.dkr-ecr.${region}.on.aws`,
    `${buildAccountId}.dkr.ecr-fips.${region}.amazonaws.com`,
    `${buildAccountId}.dkr-ecr-fips.${region}.on.aws`,
  ])('pins an image by the host %s', async (other) => {
    const release = await read({ target: 'test/web', images: [{ name: 'app', imageUri: `${other}/legacy/web:1` }] });
    expect(release.images[0]?.pinned).toBe(`${other}/legacy/web@${digest}`);
    expect(release.warnings).toEqual([]);
  });

  it('reads the platforms of an image index', async () => {
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ digest, platform: { os: 'linux', architecture } }));
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: platforms,
    });
    await images.send(new PutImageCommand({ repositoryName: 'legacy/web', imageManifest: index, imageTag: 'index' }));
    const release = await read({ target: 'test/web', images: [{ name: 'app', imageUri: `${host}/legacy/web:index` }] });
    expect(release.images[0]?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('redeploys the running revision if nothing is given', async () => {
    expect(await read({ target: 'test/web' })).toMatchObject({ images: [], force: true });
  });
});

describe('Read Images refuses', () => {
  it('images and repositories that do not exist, all in one message', async () => {
    const missing = [
      { name: 'app', imageUri: `${host}/legacy/web:2` },
      { name: 'log', imageUri: `${host}/legacy/log:1` },
      { name: 'old', imageUri: `${host}/legacy/web:1@sha256:${'f'.repeat(64)}` },
    ];
    const message = await failure({ target: 'test/web', images: missing });
    expect(message).toMatch(/^ConfigurationError: Not every image exists\./);
    expect(message).toContain(
      'app: the repository legacy/web (account 111111111111, eu-west-1) has no image with the tag 2.',
    );
    expect(message).toContain('log: the repository legacy/log (account 111111111111, eu-west-1) does not exist.');
    expect(message).toContain(`has no image with the digest sha256:${'f'.repeat(64)}.`);
  });

  it('if it is not allowed to read the repository', async () => {
    may(...rights.filter((right) => !right.startsWith('ecr:')));
    const message = await failure({ target: 'test/web', images: [{ name: 'app', imageUri: `${host}/legacy/web:1` }] });
    expect(message).toMatch(
      /^PermissionError: AWS refused us while looking for images in the ECR repository legacy\/web\./,
    );
    expect(message).toContain('Allow ecr:BatchGetImage');
  });

  it('an artifact that was deleted', async () => {
    await put('gone', await artifact(`${host}/legacy/web:1`));
    await store.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone' }));
    expect(await failure(job('gone'))).toContain(`RevisionUnavailable: The artifact s3://${bucket}/gone is gone`);
  });

  it('an artifact that is not a zip', async () => {
    await put('text', 'no zip');
    expect(await failure(job('text'))).toContain('ConfigurationError: The artifact is not a zip');
  });

  it('a disabled key', async () => {
    await put('disabled', await artifact(`${host}/legacy/web:1`));
    await keys.send(new DisableKeyCommand({ KeyId: key }));
    expect(await failure(job('disabled'))).toContain(
      `PermissionError: The artifact cannot be decrypted: the key ${key} is disabled. Enable it (aws kms enable-key).`,
    );
  });

  it('if its own role lacks kms:Decrypt', async () => {
    await put('role', await artifact(`${host}/legacy/web:1`));
    may(...rights.filter((right) => right !== 'kms:Decrypt'));
    expect(await failure(job('role'))).toContain(
      `PermissionError: The role of Read Images may not decrypt with ${key}. Allow it kms:Decrypt on that key's ARN (an alias does not count).`,
    );
  });

  it('if the key policy does not allow its role', async () => {
    await put('policy', await artifact(`${host}/legacy/web:1`));
    const admin = statement({ Principal: { AWS: `arn:aws:iam::${buildAccountId}:user/admin` } });
    await keys.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: 'default', Policy: document(admin) }));
    expect(await failure(job('policy'))).toMatch(
      /^PermissionError: The policy of the key arn:.* does not let the role of Read Images decrypt/,
    );
  });

  it('if its role lacks s3:GetObject', async () => {
    await put('head', await artifact(`${host}/legacy/web:1`));
    may(...rights.filter((right) => !right.startsWith('s3:GetObject')));
    expect(await failure(job('head'))).toMatch(
      /^PermissionError: S3 refused even the head of s3:\/\/web-shop-production-artifacts-111111111111\/head/,
    );
  });

  it('if the bucket policy denies access', async () => {
    await put('deny/1', await artifact(`${host}/legacy/web:1`));
    const deny = statement({
      Effect: 'Deny',
      Principal: { AWS: functionRole },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/deny/*`,
    });
    await store.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: document(deny) }));
    expect(await failure(job('deny/1'))).toMatch(
      /^PermissionError: S3 refused even the head of s3:\/\/web-shop-production-artifacts-111111111111\/deny\/1.*explicit deny/,
    );
  });

  it.each([
    ['a pipeline that the configuration does not allow', 'another-team', 'The pipeline "another-team" is not allowed'],
    ['a pipeline whose name only begins like an allowed one', 'team-b', 'The pipeline "team-b" is not allowed'],
    [
      'a job that CodePipeline does not have',
      undefined,
      'CodePipeline does not tell which pipeline the job belongs to',
    ],
  ])('%s, whatever the input says', async (_what, pipeline, message) => {
    const location = `artifacts-of-${pipeline ?? 'none'}`;
    await store.send(new CreateBucketCommand({ Bucket: location }));
    const id = pipeline === undefined ? randomUUID() : await offerJob(account, pipeline, location);
    const input = job('good');
    const given = { ...input, job: { ...input.job, id, pipeline: { name: 'team' } } };
    expect(await failure(given)).toContain(
      `ConfigurationError: ${message}${pipeline === undefined ? '' : ' to deploy to test/web'}; allowed are: web-shop-production, team. Add`,
    );
  });

  it('a wrong property before it calls AWS', async () => {
    expect(await failure(job('none', { Region: 'x' }))).toContain(
      "ConfigurationError: The action's configuration is not valid. Region:",
    );
  });
});

it('Read Images splits more images than one call can name into several calls', async () => {
  const tags = Array.from({ length: 101 }, (_, index) => `many-${index}`);
  for (const imageTag of tags)
    await images.send(new PutImageCommand({ repositoryName: 'legacy/web', imageManifest, imageTag }));
  const many = tags.map((tag) => ({ name: tag, imageUri: `${host}/legacy/web:${tag}` }));
  const release = await read({ target: 'test/web', images: many });
  expect(new Set(release.images.map(({ pinned }) => pinned))).toEqual(new Set([`${host}/legacy/web@${digest}`]));
  expect(release.images).toHaveLength(101);
});
