import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { build, region, start, test } from '../start.ts';

const { cloud, as } = await start(kms, s3);
const client = new S3Client(as(build));
const deployer = `arn:aws:iam::${test}:role/test-deployment`;
const failure = (going: Promise<unknown>) =>
  going.then(
    () => 'no error',
    (error) => error,
  );
const statement = (Principal: unknown, Action: string | string[], Resource = '*', Effect = 'Allow') => ({
  Sid: 'S',
  Effect,
  Principal,
  Action,
  Resource,
});
const policy = (...Statement: object[]) => ({
  Version: '2012-10-17' as const,
  Statement: Statement as Record<string, unknown>[],
});
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });

/** A client with the session of a role of the test account that may do just this. */
const deployerWith = (...actions: string[]) => {
  const work = policy({ Sid: 'S', Effect: 'Allow', Action: actions, Resource: '*' });
  cloud.iam.roles.set(deployer, { arn: deployer, trust: policy(), policies: { work } });
  const { expiration: _, ...credentials } = cloud.iam.issue(cloud.iam.session(deployer, 'run'), 3600);
  return new S3Client({ ...as(test), credentials: credentials as { accessKeyId: string; secretAccessKey: string } });
};

let Bucket = '';
beforeEach(async () => {
  Bucket = `bucket-${cloud.hex(8)}`;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
});

const makeKey = async (...Statement: object[]): Promise<string> => {
  const caller = { account: build, arn: `arn:aws:iam::${build}:user/admin` };
  const Policy = JSON.stringify(policy(statement(root(build), 'kms:*'), ...Statement));
  const made = await cloud.invoke('kms', 'CreateKey', { Policy }, { caller, region });
  return (made as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
};
const encryptedWith = (KMSMasterKeyID: string) =>
  client.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID }, BucketKeyEnabled: true },
        ],
      },
    }),
  );
const grant = (...statements: object[]) =>
  client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy(...statements)) }));
const put = (more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key: 'a/artifact.zip', Body: 'content', ...more }));
const get = async (by = client, more = {}) => {
  const { Body, ...head } = await by.send(new GetObjectCommand({ Bucket, Key: 'a/artifact.zip', ...more }));
  return { text: await Body?.transformToString(), ...head };
};
const versioned = () =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));

describe('an object', () => {
  it('comes back as it went in, with its head', async () => {
    await put({ ContentType: 'application/zip', Metadata: { made: 'here' } });
    expect(await get()).toMatchObject({
      text: 'content',
      ContentType: 'application/zip',
      ContentLength: 7,
      Metadata: { made: 'here' },
      ServerSideEncryption: 'AES256',
      ETag: '"9a0364b9e99bb480dd25e1f0284c8555"',
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a/artifact.zip' }));
    expect(head).toMatchObject({ ContentLength: 7, LastModified: new Date(cloud.clock.now()) });
  });

  it.each(['with space', 'plus+and&', 'ümläut/日本', 'a//b', '~tilde!*()'])('may be called %s', async (Key) => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from([0, 255]) }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToByteArray()).toEqual(Uint8Array.of(0, 255));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((object) => object.Key)).toEqual([Key]);
  });

  it('has versions where the bucket keeps them, and goes away behind a marker', async () => {
    await put({ Body: 'before versioning' });
    await versioned();
    const { VersionId: first } = await put({ Body: 'one' });
    const { VersionId: second } = await put({ Body: 'two' });
    expect(await get(client, { VersionId: first })).toMatchObject({ text: 'one', VersionId: first });
    expect(await get()).toMatchObject({ text: 'two', VersionId: second });
    expect(await get(client, { VersionId: 'null' })).toMatchObject({ text: 'before versioning' });
    const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: 'a/artifact.zip' }));
    expect(gone.DeleteMarker).toBe(true);
    expect(await failure(get())).toMatchObject({ name: 'NoSuchKey' });
    expect(await failure(get(client, { VersionId: 'f'.repeat(32) }))).toMatchObject({ name: 'NoSuchVersion' });
    const all = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(all.Versions?.map((one) => one.VersionId)).toEqual([second, first, 'null']);
    expect(all.DeleteMarkers?.map((one) => [one.VersionId, one.IsLatest])).toEqual([[gone.VersionId, true]]);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a/artifact.zip', VersionId: gone.VersionId! }));
    expect(await get()).toMatchObject({ text: 'two' });
  });
});

describe('a bucket', () => {
  it('tells where it is, whose it is and how it is set', async () => {
    const key = await makeKey();
    await versioned();
    await encryptedWith(key);
    await grant(statement(root(test), 's3:GetObject', `arn:aws:s3:::${Bucket}/*`));
    expect(await client.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: region });
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(region);
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const { ServerSideEncryptionConfiguration } = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key }, BucketKeyEnabled: true },
    ]);
    expect(JSON.parse((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy!).Statement).toHaveLength(1);
    const { Owner, Grants } = await client.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants).toEqual([{ Grantee: { ID: Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }]);
  });

  it('lists by prefix, folder and page', async () => {
    for (const Key of ['a/1', 'a/2', 'b/1', 'c']) await put({ Key });
    const list = (more: object) => client.send(new ListObjectsV2Command({ Bucket, ...more }));
    const folders = await list({ Delimiter: '/' });
    expect(folders.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
    expect(folders.Contents?.map(({ Key }) => Key)).toEqual(['c']);
    const page = await list({ Prefix: 'a/', MaxKeys: 1 });
    expect([page.Contents?.map(({ Key }) => Key), page.IsTruncated]).toEqual([['a/1'], true]);
    const rest = await list({ Prefix: 'a/', ContinuationToken: page.NextContinuationToken });
    expect([rest.Contents?.map(({ Key }) => Key), rest.IsTruncated]).toEqual([['a/2'], false]);
  });

  it.each([
    ['a name that is taken here', build, 'BucketAlreadyOwnedByYou'],
    ['a name that is taken elsewhere', test, 'BucketAlreadyExists'],
  ])('is refused with %s', async (_, account, name) => {
    expect(await failure(new S3Client(as(account)).send(new CreateBucketCommand({ Bucket })))).toMatchObject({ name });
  });

  it('that does not exist is told by its name', async () => {
    Bucket = 'nowhere';
    expect(await failure(get())).toMatchObject({ name: 'NoSuchBucket', BucketName: 'nowhere' });
  });
});

describe('encryption', () => {
  const managed = expect.stringMatching(`^arn:aws:kms:${region}:${build}:key/`);

  it('by the bucket is with its key, which the head names in full', async () => {
    const key = await makeKey();
    await encryptedWith(key);
    const facts = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true };
    expect(await put()).toMatchObject(facts);
    expect(await get()).toMatchObject({ text: 'content', ...facts });
    const used = cloud.calls.filter(({ service }) => service === 'kms').slice(-2);
    expect(used.map(({ action, resource }) => [action, resource])).toEqual([
      ['kms:GenerateDataKey', key],
      ['kms:Decrypt', key],
    ]);
  });

  it('by KMS without a key is with aws/s3, whatever the bucket says', async () => {
    const key = await makeKey();
    await encryptedWith(key);
    const { SSEKMSKeyId } = await put({ ServerSideEncryption: 'aws:kms' });
    expect(SSEKMSKeyId).toEqual(managed);
    expect(SSEKMSKeyId).not.toBe(key);
  });

  it('with a key that is disabled keeps everybody out', async () => {
    const key = await makeKey();
    await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    await cloud.invoke(
      'kms',
      'DisableKey',
      { KeyId: key },
      { caller: { account: build, arn: `arn:aws:iam::${build}:user/admin` }, region },
    );
    expect(await failure(get())).toMatchObject({ name: 'KMS.DisabledException', message: `${key} is disabled.` });
  });
});

describe('a role of another account reads an object only when every link holds', () => {
  const user = `User: arn:aws:sts::${test}:assumed-role/test-deployment/run is not authorized to perform:`;
  const hidden = `${user} kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
  const all = ['s3:GetObject', 'kms:Decrypt'];

  it.each<[string, { may?: string[]; bucket?: boolean; key?: boolean; managed?: boolean }, string | undefined]>([
    ['all of them', {}, undefined],
    [
      'no permission of its own',
      { may: ['kms:Decrypt'] },
      's3:GetObject on resource: "OBJECT" because no resource-based policy allows the s3:GetObject action',
    ],
    [
      'a bucket that does not let it in',
      { bucket: false },
      's3:GetObject on resource: "OBJECT" because no resource-based policy allows the s3:GetObject action',
    ],
    ['no permission to decrypt', { may: ['s3:GetObject'] }, hidden],
    ['a key that does not let it in', { key: false }, hidden],
    ['the key aws/s3', { managed: true }, hidden],
  ])('%s', async (_, { may = all, bucket = true, key = true, managed = false }, text) => {
    const KeyId = await makeKey(...(key ? [statement(root(test), 'kms:Decrypt')] : []));
    await put({ ServerSideEncryption: 'aws:kms', ...(managed ? {} : { SSEKMSKeyId: KeyId }) });
    if (bucket) await grant(statement(root(test), 's3:GetObject', `arn:aws:s3:::${Bucket}/*`));
    const answer = await failure(get(deployerWith(...may)));
    if (text === undefined) return expect(answer).toBe('no error');
    const object = `arn:aws:s3:::${Bucket}/a/artifact.zip`;
    expect(answer).toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `${text.startsWith('User') ? '' : `${user} `}${text.replace('OBJECT', object)}`,
    });
  });

  it('a missing object is a 403 for those who may not list, and bare for HEAD', async () => {
    await grant(statement(root(test), 's3:GetObject', `arn:aws:s3:::${Bucket}/*`));
    const blind = deployerWith(...all);
    expect(await failure(get(blind))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:ListBucket'),
    });
    const head = new HeadObjectCommand({ Bucket, Key: 'a/artifact.zip' });
    expect(await failure(blind.send(head))).toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(await failure(client.send(head))).toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });

  it('a version needs its own permission', async () => {
    await versioned();
    const { VersionId } = await put();
    await grant(statement(root(test), ['s3:GetObject', 's3:GetObjectVersion'], `arn:aws:s3:::${Bucket}/*`));
    expect(await failure(get(deployerWith('s3:GetObject'), { VersionId }))).toMatchObject({ name: 'AccessDenied' });
    expect(await get(deployerWith('s3:GetObjectVersion'), { VersionId })).toMatchObject({ text: 'content' });
  });
});

describe('what is not covered is refused by name', () => {
  it.each([
    ['a parameter', () => put({ StorageClass: 'GLACIER' }), 'the parameter x-amz-storage-class of s3 PutObject'],
    ['a range', () => get(client, { Range: 'bytes=0-1' }), 'the parameter Range of s3 GetObject'],
  ])('%s', async (_, act, text) => {
    expect(await failure(act())).toMatchObject({ name: 'NotCovered', message: expect.stringContaining(text) });
  });
});
