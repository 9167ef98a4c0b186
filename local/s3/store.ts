import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud } from '../cloud.ts';
import { bucketArn } from '../partition.ts';

/** How an object is encrypted, as HeadObject returns it. */
export interface ObjectEncryption {
  algorithm: 'AES256' | 'aws:kms';
  keyArn?: string;
  bucketKey?: boolean;
}

/** One version of an object, always stored encrypted; a delete marker has no content. */
export interface ObjectVersion {
  key: string;
  id: string;
  modified: Date;
  content?: EncryptedContent;
}

export interface EncryptedContent extends ObjectEncryption {
  ciphertext: Buffer;
  /** The data key, encrypted with the KMS key; absent if S3's own key was used. */
  encryptedDataKey?: Buffer;
  size: number;
  etag: string;
  /** What HeadObject returns unchanged: ContentType, Metadata, checksums. */
  shown: Record<string, unknown>;
}

export interface S3Bucket {
  name: string;
  arn: string;
  account: string;
  region: string;
  created: Date;
  versioning?: 'Enabled' | 'Suspended';
  policy?: PolicyDocument;
  policyText?: string;
  encryption?: { algorithm: 'AES256' | 'aws:kms'; keyId?: string | undefined; bucketKey: boolean };
  /** S3's own key, for SSE-S3. */
  ownKey: Buffer;
  /** The versions of each object, by its key. The newest version comes first. */
  objects: Map<string, ObjectVersion[]>;
}

export interface BucketStore {
  createBucket(name: string, call: Call): S3Bucket;
  deleteBucket(bucket: S3Bucket): void;
  /** Throws NoSuchBucket. */
  getBucket(name: string): S3Bucket;
}

/** Creates a store without buckets. Bucket names are unique across all accounts. */
export function createBucketStore(cloud: Cloud): BucketStore {
  const buckets = new Map<string, S3Bucket>();
  return {
    createBucket(name, { caller: { account }, region }) {
      const taken = buckets.get(name);
      if (taken?.account === account)
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
        );
      if (taken)
        throw new AwsError(
          'BucketAlreadyExists',
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
          409,
        );
      const ownKey = Buffer.from(cloud.hex(64), 'hex');
      const created = new Date(cloud.clock.now());
      const bucket = { name, arn: bucketArn(region, name), account, region, created, ownKey, objects: new Map() };
      buckets.set(name, bucket);
      return bucket;
    },
    deleteBucket({ name }) {
      buckets.delete(name);
    },
    getBucket(name) {
      const bucket = buckets.get(name);
      if (bucket) return bucket;
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
    },
  };
}

/** Authorizes an action on a bucket or, with a key, on its object, by the bucket's policy and its owner's account. */
export const authorizeOnBucket = (
  call: Call,
  bucket: S3Bucket,
  request: { action: string; key?: string; context?: Record<string, string> },
): Promise<void> =>
  call.allow(`s3:${request.action}`, request.key === undefined ? bucket.arn : `${bucket.arn}/${request.key}`, {
    owner: bucket.account,
    ...(bucket.policy ? { policy: bucket.policy } : {}),
    ...(request.context ? { context: request.context } : {}),
  });
