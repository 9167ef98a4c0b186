import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { opened, sealed } from './envelope.ts';
import { allow, type Bucket, type Content, type Store, type Version } from './store.ts';

/** A switch: a boolean from another service, `true` or `false` in a header. */
export const flag = z.union([z.boolean(), z.stringbool()]);

const checksum = z.string().optional();
const checksums = {
  ChecksumCRC32: checksum,
  ChecksumCRC32C: checksum,
  ChecksumCRC64NVME: checksum,
  ChecksumSHA1: checksum,
  ChecksumSHA256: checksum,
};

const put = z.strictObject({
  Bucket: z.string(),
  Key: z.string().min(1).max(1024),
  Body: z.union([z.instanceof(Uint8Array), z.string()]).transform((body) => Buffer.from(body)),
  ContentType: z.string().default('binary/octet-stream'),
  Metadata: z.record(z.string(), z.string()).default({}),
  ServerSideEncryption: z.enum(['AES256', 'aws:kms']).optional(),
  SSEKMSKeyId: z.string().optional(),
  BucketKeyEnabled: flag.optional(),
  ...checksums,
});

const which = { Bucket: z.string(), Key: z.string().min(1), VersionId: z.string().optional() };
const read = z.strictObject({ ...which, ChecksumMode: z.literal('ENABLED').optional() });

type Which = { Bucket: string; Key: string; VersionId?: string | undefined };

const encryptionShown = ({ algorithm, keyArn, bucketKey }: Content) => ({
  ServerSideEncryption: algorithm,
  SSEKMSKeyId: keyArn,
  BucketKeyEnabled: bucketKey || undefined,
});

/** A bucket that was never versioned has only `null` versions, and says nothing of them. */
const idShown = (bucket: Bucket, { id }: Version) => (bucket.versioning === undefined ? {} : { VersionId: id });

/** The operations on objects. */
export const objects = (store: Store): Record<string, Operation> => ({
  PutObject: operation(put, (input, call) => putObject(store.find(input.Bucket), input, call)),
  HeadObject: operation(read, async (input, call) => {
    const bucket = store.find(input.Bucket);
    return shown(bucket, await found(bucket, input, call), input.ChecksumMode);
  }),
  GetObject: operation(read, async (input, call) => {
    const bucket = store.find(input.Bucket);
    const object = await found(bucket, input, call);
    const Body = await opened(call, bucket, object);
    return { ...shown(bucket, object, input.ChecksumMode), Body };
  }),
  DeleteObject: operation(z.strictObject(which), (input, call) => deleteObject(store.find(input.Bucket), input, call)),
});

async function putObject(bucket: Bucket, input: z.infer<typeof put>, call: Call): Promise<unknown> {
  const { Bucket: _, Key: key, Body: body, ...rest } = input;
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...head } = rest;
  const context = {
    ...(ServerSideEncryption ? { 's3:x-amz-server-side-encryption': ServerSideEncryption } : {}),
    ...(SSEKMSKeyId ? { 's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId } : {}),
  };
  await allow(call, bucket, { action: 'PutObject', key, context });
  const wanted = { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled };
  const content = { ...(await sealed(call, bucket, { key, body, ...wanted })), shown: head };
  const version = add(bucket, key, { call, content });
  const { ContentType, Metadata, ...sums } = head;
  return { ETag: `"${content.etag}"`, ...encryptionShown(content), ...idShown(bucket, version), ...sums };
}

/** Puts a version before the others; where versioning is not on it replaces the `null` version. */
function add(bucket: Bucket, key: string, { call, content }: { call: Call; content?: Content }): Version {
  const id = bucket.versioning === 'Enabled' ? call.cloud.hex(32) : 'null';
  const version = { key, id, modified: new Date(call.cloud.clock.now()), ...(content ? { content } : {}) };
  const others = bucket.objects.get(key)?.filter((other) => other.id !== id) ?? [];
  bucket.objects.set(key, [version, ...others]);
  return version;
}

/** Who may not list the bucket does not learn that an object is missing (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). */
async function found(
  bucket: Bucket,
  { Key: key, VersionId: id }: Which,
  call: Call,
): Promise<Version & { content: Content }> {
  await allow(call, bucket, { action: id === undefined ? 'GetObject' : 'GetObjectVersion', key });
  const versions = bucket.objects.get(key) ?? [];
  const version = id === undefined ? versions[0] : versions.find((one) => one.id === id);
  if (version?.content) return { ...version, content: version.content };
  await allow(call, bucket, { action: id === undefined ? 'ListBucket' : 'ListBucketVersions' });
  if (version && id !== undefined)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  if (id === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key, VersionId: id });
}

const shown = (bucket: Bucket, version: Version & { content: Content }, checksumMode?: string) => {
  const { ContentType, Metadata, ...sums } = version.content.shown;
  return {
    ContentType,
    Metadata,
    ContentLength: version.content.size,
    ETag: `"${version.content.etag}"`,
    LastModified: version.modified,
    AcceptRanges: 'bytes',
    ...encryptionShown(version.content),
    ...idShown(bucket, version),
    ...(checksumMode === 'ENABLED' ? sums : {}),
  };
};

async function deleteObject(bucket: Bucket, { Key: key, VersionId: id }: Which, call: Call): Promise<unknown> {
  await allow(call, bucket, { action: id === undefined ? 'DeleteObject' : 'DeleteObjectVersion', key });
  const versions = bucket.objects.get(key) ?? [];
  if (id !== undefined) {
    bucket.objects.set(
      key,
      versions.filter((version) => version.id !== id),
    );
    return { VersionId: id };
  }
  if (bucket.versioning === undefined) {
    bucket.objects.delete(key);
    return {};
  }
  return { DeleteMarker: true, VersionId: add(bucket, key, { call }).id };
}
