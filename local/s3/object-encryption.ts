import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decryptAesGcm, encryptAesGcm } from '../aes-gcm.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { viaServiceName } from '../partition.ts';
import type { EncryptedContent, S3Bucket } from './store.ts';

/** The encryption settings of a PutObject. The bucket's default applies to omitted settings. If the bucket has no default, S3's own key applies. */
export interface RequestedEncryption {
  ServerSideEncryption?: 'AES256' | 'aws:kms' | undefined;
  SSEKMSKeyId?: string | undefined;
  BucketKeyEnabled?: boolean | undefined;
}

const bytesSchema = z.instanceof(Uint8Array).transform((given) => Buffer.from(given));
const dataKeySchema = z.object({ KeyId: z.string(), Plaintext: bytesSchema, CiphertextBlob: bytesSchema });
const decryptedKeySchema = z.object({ Plaintext: bytesSchema });

/**
 * `aws:kms` without a key means the caller's managed key aws/s3, even if the bucket's default names another
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
 */
const chooseEncryption = (bucket: S3Bucket, wanted: RequestedEncryption): { keyId?: string; bucketKey: boolean } => {
  const fallback = wanted.ServerSideEncryption === undefined ? bucket.encryption : undefined;
  const algorithm = wanted.ServerSideEncryption ?? fallback?.algorithm ?? 'AES256';
  const bucketKey = wanted.BucketKeyEnabled ?? bucket.encryption?.bucketKey ?? false;
  if (algorithm === 'AES256') return { bucketKey: false };
  return { keyId: wanted.SSEKMSKeyId ?? fallback?.keyId ?? 'alias/aws/s3', bucketKey };
};

/**
 * The encryption context is the object's ARN, or with a bucket key the bucket's ARN
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
 */
const encryptionContext = (bucket: S3Bucket, key: string, bucketKey = false): Record<string, string> => ({
  'aws:s3:arn': bucketKey ? bucket.arn : `${bucket.arn}/${key}`,
});

/** S3 calls KMS as the caller, so the caller needs permission on the key too. S3 returns KMS's errors with its own codes. */
async function callKms(call: Call, bucket: S3Bucket, request: { operation: string; input: unknown }): Promise<unknown> {
  const via = { 'kms:ViaService': viaServiceName(call.cloud, 's3', bucket.region) };
  const caller = { ...call.caller, context: { ...call.caller.context, ...via } };
  try {
    return await call.cloud.invoke('kms', request.operation, request.input, { caller, region: bucket.region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.name === 'AccessDeniedException') throw new AwsError('AccessDenied', error.message, 403);
    throw new AwsError(`KMS.${error.name}`, error.message);
  }
}

/** Encrypts a body with AES-256-GCM and its own data key. */
export async function encryptObject(
  call: Call,
  bucket: S3Bucket,
  object: { key: string; body: Buffer } & RequestedEncryption,
): Promise<Omit<EncryptedContent, 'shown'>> {
  const { keyId, bucketKey } = chooseEncryption(bucket, object);
  const iv = Buffer.from(call.cloud.hex(24), 'hex');
  const plain = { bytes: object.body, context: object.key };
  const size = object.body.length;
  if (keyId === undefined) {
    const etag = createHash('md5').update(object.body).digest('hex');
    return { algorithm: 'AES256', ciphertext: encryptAesGcm(bucket.ownKey, iv, plain), size, etag };
  }
  const input = {
    KeyId: keyId,
    KeySpec: 'AES_256',
    EncryptionContext: encryptionContext(bucket, object.key, bucketKey),
  };
  const made = dataKeySchema.parse(await callKms(call, bucket, { operation: 'GenerateDataKey', input }));
  const text = encryptAesGcm(made.Plaintext, iv, plain);
  // With SSE-KMS an ETag is not the MD5 of the content (docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html).
  const etag = createHash('md5').update(text).digest('hex');
  return {
    algorithm: 'aws:kms',
    keyArn: made.KeyId,
    bucketKey,
    encryptedDataKey: made.CiphertextBlob,
    ciphertext: text,
    size,
    etag,
  };
}

/** Returns the decrypted body, for callers that KMS allows to decrypt its data key. */
export async function decryptObject(
  call: Call,
  bucket: S3Bucket,
  object: { key: string; content: EncryptedContent },
): Promise<Buffer> {
  const { key, content } = object;
  if (content.encryptedDataKey === undefined) return decryptAesGcm(bucket.ownKey, content.ciphertext, key);
  const input = {
    CiphertextBlob: content.encryptedDataKey,
    EncryptionContext: encryptionContext(bucket, key, content.bucketKey),
  };
  const { Plaintext } = decryptedKeySchema.parse(await callKms(call, bucket, { operation: 'Decrypt', input }));
  return decryptAesGcm(Plaintext, content.ciphertext, key);
}
