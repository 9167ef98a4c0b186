import { Readable } from 'node:stream';
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
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { buildAccountId, region, testAccountId } from '../start.ts';
import { accountRoot, allowStatement, catchError, objectKey, startBucket } from './bucket.ts';

const { as, bucket, client, cloud, encryptedWith, get, grant, makeKey, put, versioned } = await startBucket();

describe('an object', () => {
  it('is returned as it was written, with its metadata', async () => {
    await put({ ContentType: 'application/zip', Metadata: { made: 'here' } });
    expect(await get()).toMatchObject({
      text: 'content',
      ContentType: 'application/zip',
      ContentLength: 7,
      Metadata: { made: 'here' },
      ServerSideEncryption: 'AES256',
      ETag: '"9a0364b9e99bb480dd25e1f0284c8555"',
    });
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: objectKey }));
    expect(head).toMatchObject({ ContentLength: 7, LastModified: new Date(cloud.clock.now()) });
  });

  it.each(['with space', 'plus+and&', 'ümläut/日本', 'a//b', '~tilde!*()'])('can have the key %s', async (Key) => {
    await client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: Buffer.from([0, 255]) }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
    expect(await Body?.transformToByteArray()).toEqual(Uint8Array.of(0, 255));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    expect(Contents?.map((object) => object.Key)).toEqual([Key]);
  });

  it('can be sent as a stream, in chunks with a trailer', async () => {
    const Body = Readable.from(['con', 'tent']);
    expect(await put({ Body, ContentLength: 7, ChecksumAlgorithm: 'SHA256' })).toMatchObject({
      ChecksumSHA256: '7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=',
    });
    expect(await get()).toMatchObject({ text: 'content', ContentLength: 7 });
  });

  it('has versions if the bucket keeps them, and is deleted by a delete marker', async () => {
    await put({ Body: 'before versioning' });
    await versioned();
    const { VersionId: first } = await put({ Body: 'one' });
    const { VersionId: second } = await put({ Body: 'two' });
    expect(await get(client, { VersionId: first })).toMatchObject({ text: 'one', VersionId: first });
    expect(await get()).toMatchObject({ text: 'two', VersionId: second });
    expect(await get(client, { VersionId: 'null' })).toMatchObject({ text: 'before versioning' });
    const gone = await client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: objectKey }));
    expect(gone.DeleteMarker).toBe(true);
    expect(await catchError(get())).toMatchObject({ name: 'NoSuchKey' });
    expect(await catchError(get(client, { VersionId: 'f'.repeat(32) }))).toMatchObject({ name: 'NoSuchVersion' });
    const all = await client.send(new ListObjectVersionsCommand({ Bucket: bucket.name }));
    expect(all.Versions?.map((one) => one.VersionId)).toEqual([second, first, 'null']);
    expect(all.DeleteMarkers?.map((one) => [one.VersionId, one.IsLatest])).toEqual([[gone.VersionId, true]]);
    await client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: objectKey, VersionId: gone.VersionId! }));
    expect(await get()).toMatchObject({ text: 'two' });
  });
});

describe('a bucket', () => {
  it('returns its Region, its owner and its settings', async () => {
    const key = await makeKey();
    await versioned();
    await encryptedWith(key);
    await grant(allowStatement(accountRoot(testAccountId), 's3:GetObject', `arn:aws:s3:::${bucket.name}/*`));
    expect(await client.send(new HeadBucketCommand({ Bucket: bucket.name }))).toMatchObject({ BucketRegion: region });
    expect((await client.send(new GetBucketLocationCommand({ Bucket: bucket.name }))).LocationConstraint).toBe(region);
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: bucket.name }))).Status).toBe('Enabled');
    const { ServerSideEncryptionConfiguration } = await client.send(
      new GetBucketEncryptionCommand({ Bucket: bucket.name }),
    );
    expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key }, BucketKeyEnabled: true },
    ]);
    expect(
      JSON.parse((await client.send(new GetBucketPolicyCommand({ Bucket: bucket.name }))).Policy!).Statement,
    ).toHaveLength(1);
    const { Owner, Grants } = await client.send(new GetBucketAclCommand({ Bucket: bucket.name }));
    expect(Grants).toEqual([{ Grantee: { ID: Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }]);
  });

  it('lists by prefix, folder and page', async () => {
    for (const Key of ['a/1', 'a/2', 'b/1', 'c']) await put({ Key });
    const list = (more: object) => client.send(new ListObjectsV2Command({ Bucket: bucket.name, ...more }));
    const folders = await list({ Delimiter: '/' });
    expect(folders.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
    expect(folders.Contents?.map(({ Key }) => Key)).toEqual(['c']);
    const page = await list({ Prefix: 'a/', MaxKeys: 1 });
    expect([page.Contents?.map(({ Key }) => Key), page.IsTruncated]).toEqual([['a/1'], true]);
    const rest = await list({ Prefix: 'a/', ContinuationToken: page.NextContinuationToken });
    expect([rest.Contents?.map(({ Key }) => Key), rest.IsTruncated]).toEqual([['a/2'], false]);
  });

  it.each([
    ['a name that is taken here', buildAccountId, 'BucketAlreadyOwnedByYou'],
    ['a name that is taken elsewhere', testAccountId, 'BucketAlreadyExists'],
  ])('is refused with %s', async (_, account, name) => {
    expect(
      await catchError(new S3Client(as(account)).send(new CreateBucketCommand({ Bucket: bucket.name }))),
    ).toMatchObject({ name });
  });

  it('that does not exist is reported by name', async () => {
    bucket.name = 'nowhere';
    expect(await catchError(get())).toMatchObject({ name: 'NoSuchBucket', BucketName: 'nowhere' });
  });
});

describe('a request that is not covered is refused by name:', () => {
  it.each([
    ['a parameter', () => put({ StorageClass: 'GLACIER' }), 'the parameter x-amz-storage-class of s3 PutObject'],
    ['a range', () => get(client, { Range: 'bytes=0-1' }), 'the parameter Range of s3 GetObject'],
  ])('%s', async (_, act, text) => {
    expect(await catchError(act())).toMatchObject({ name: 'NotCovered', message: expect.stringContaining(text) });
  });
});
