import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { decryptObject, encryptObject } from './object-encryption.ts';
import {
  authorizeOnBucket,
  type BucketStore,
  type EncryptedContent,
  type ObjectVersion,
  type S3Bucket,
} from './store.ts';

/** A boolean that can be a JSON value (a call from another embedded service) or the text `true` or `false` (a header). */
export const booleanSchema = z.union([z.boolean(), z.stringbool()]);

const checksumSchema = z.string().optional();
const checksumFields = {
  ChecksumCRC32: checksumSchema,
  ChecksumCRC32C: checksumSchema,
  ChecksumCRC64NVME: checksumSchema,
  ChecksumSHA1: checksumSchema,
  ChecksumSHA256: checksumSchema,
};

const putObjectSchema = z.strictObject({
  Bucket: z.string(),
  Key: z.string().min(1).max(1024),
  Body: z.union([z.instanceof(Uint8Array), z.string()]).transform((body) => Buffer.from(body)),
  ContentType: z.string().default('binary/octet-stream'),
  Metadata: z.record(z.string(), z.string()).default({}),
  ServerSideEncryption: z.enum(['AES256', 'aws:kms']).optional(),
  SSEKMSKeyId: z.string().optional(),
  BucketKeyEnabled: booleanSchema.optional(),
  ...checksumFields,
});

const objectKeyFields = { Bucket: z.string(), Key: z.string().min(1), VersionId: z.string().optional() };
const getObjectSchema = z.strictObject({ ...objectKeyFields, ChecksumMode: z.literal('ENABLED').optional() });

type ObjectKey = { Bucket: string; Key: string; VersionId?: string | undefined };

const encryptionView = ({ algorithm, keyArn, bucketKey }: EncryptedContent) => ({
  ServerSideEncryption: algorithm,
  SSEKMSKeyId: keyArn,
  BucketKeyEnabled: bucketKey || undefined,
});

/** A bucket that was never versioned has only `null` versions, and does not return their id. */
const versionIdView = (bucket: S3Bucket, { id }: ObjectVersion) =>
  bucket.versioning === undefined ? {} : { VersionId: id };

/** The operations on objects. */
export const objectOperations = (store: BucketStore): Record<string, Operation> => ({
  PutObject: defineOperation(putObjectSchema, (input, call) => putObject(store.getBucket(input.Bucket), input, call)),
  HeadObject: defineOperation(getObjectSchema, async (input, call) => {
    const bucket = store.getBucket(input.Bucket);
    return headView(bucket, await getVersion(bucket, input, call), input.ChecksumMode);
  }),
  GetObject: defineOperation(getObjectSchema, async (input, call) => {
    const bucket = store.getBucket(input.Bucket);
    const object = await getVersion(bucket, input, call);
    const Body = await decryptObject(call, bucket, object);
    return { ...headView(bucket, object, input.ChecksumMode), Body };
  }),
  DeleteObject: defineOperation(z.strictObject(objectKeyFields), (input, call) =>
    deleteObject(store.getBucket(input.Bucket), input, call),
  ),
});

async function putObject(bucket: S3Bucket, input: z.infer<typeof putObjectSchema>, call: Call): Promise<unknown> {
  const { Bucket: _, Key: key, Body: body, ...rest } = input;
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...head } = rest;
  const context = {
    ...(ServerSideEncryption ? { 's3:x-amz-server-side-encryption': ServerSideEncryption } : {}),
    ...(SSEKMSKeyId ? { 's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId } : {}),
  };
  await authorizeOnBucket(call, bucket, { action: 'PutObject', key, context });
  const wanted = { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled };
  const content = { ...(await encryptObject(call, bucket, { key, body, ...wanted })), shown: head };
  const version = addVersion(bucket, key, { call, content });
  const { ContentType, Metadata, ...sums } = head;
  return { ETag: `"${content.etag}"`, ...encryptionView(content), ...versionIdView(bucket, version), ...sums };
}

/** Adds a version before the others. If versioning is not enabled, the new version replaces the `null` version. */
function addVersion(
  bucket: S3Bucket,
  key: string,
  { call, content }: { call: Call; content?: EncryptedContent },
): ObjectVersion {
  const id = bucket.versioning === 'Enabled' ? call.cloud.hex(32) : 'null';
  const version = { key, id, modified: new Date(call.cloud.clock.now()), ...(content ? { content } : {}) };
  const others = bucket.objects.get(key)?.filter((other) => other.id !== id) ?? [];
  bucket.objects.set(key, [version, ...others]);
  return version;
}

/**
 * A caller that is not allowed to list the bucket does not learn that an object is missing
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
 */
async function getVersion(
  bucket: S3Bucket,
  { Key: key, VersionId: id }: ObjectKey,
  call: Call,
): Promise<ObjectVersion & { content: EncryptedContent }> {
  await authorizeOnBucket(call, bucket, { action: id === undefined ? 'GetObject' : 'GetObjectVersion', key });
  const versions = bucket.objects.get(key) ?? [];
  const version = id === undefined ? versions[0] : versions.find((one) => one.id === id);
  if (version?.content) return { ...version, content: version.content };
  await authorizeOnBucket(call, bucket, { action: id === undefined ? 'ListBucket' : 'ListBucketVersions' });
  if (version && id !== undefined)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  if (id === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key, VersionId: id });
}

const headView = (bucket: S3Bucket, version: ObjectVersion & { content: EncryptedContent }, checksumMode?: string) => {
  const { ContentType, Metadata, ...sums } = version.content.shown;
  return {
    ContentType,
    Metadata,
    ContentLength: version.content.size,
    ETag: `"${version.content.etag}"`,
    LastModified: version.modified,
    AcceptRanges: 'bytes',
    ...encryptionView(version.content),
    ...versionIdView(bucket, version),
    ...(checksumMode === 'ENABLED' ? sums : {}),
  };
};

async function deleteObject(bucket: S3Bucket, { Key: key, VersionId: id }: ObjectKey, call: Call): Promise<unknown> {
  await authorizeOnBucket(call, bucket, { action: id === undefined ? 'DeleteObject' : 'DeleteObjectVersion', key });
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
  return { DeleteMarker: true, VersionId: addVersion(bucket, key, { call }).id };
}
