import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { parsePolicy } from '../parse-policy.ts';
import { bucketArn } from '../partition.ts';
import { booleanSchema } from './objects.ts';
import { authorizeOnBucket, type BucketStore, type S3Bucket } from './store.ts';

const bucketNameSchema = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
const bucketKeySchema = z.strictObject({ Bucket: z.string() });

const encryptionRuleSchema = z.strictObject({
  ApplyServerSideEncryptionByDefault: z.strictObject({
    SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
    KMSMasterKeyID: z.string().optional(),
  }),
  BucketKeyEnabled: booleanSchema.default(false),
});

/** An operation on a bucket. It needs the permission `action`, whose name may differ from the operation's. */
const bucketOperation =
  <Input extends { Bucket: string }>(
    store: BucketStore,
    action: string,
    act: (bucket: S3Bucket, input: Input) => unknown,
  ) =>
  (schema: z.ZodType<Input>): Operation =>
    defineOperation(schema, async (input, call) => {
      const bucket = store.getBucket(input.Bucket);
      await authorizeOnBucket(call, bucket, { action });
      return act(bucket, input);
    });

/** The operations on buckets. */
export const bucketOperations = (store: BucketStore): Record<string, Operation> => ({
  CreateBucket: defineOperation(
    z.strictObject({
      Bucket: bucketNameSchema,
      CreateBucketConfiguration: z.strictObject({ LocationConstraint: z.string().optional() }).optional(),
      ObjectOwnership: z.literal('BucketOwnerEnforced').optional(),
    }),
    async ({ Bucket }, call) => {
      await call.allow('s3:CreateBucket', bucketArn(call.region, Bucket), { owner: call.caller.account });
      store.createBucket(Bucket, call);
      return { Location: `/${Bucket}` };
    },
  ),
  DeleteBucket: bucketOperation(store, 'DeleteBucket', (bucket) => {
    if ([...bucket.objects.values()].some((versions) => versions.length > 0))
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    store.deleteBucket(bucket);
  })(bucketKeySchema),
  HeadBucket: bucketOperation(store, 'ListBucket', ({ region }) => ({ BucketRegion: region }))(bucketKeySchema),
  GetBucketLocation: bucketOperation(store, 'GetBucketLocation', ({ region }) => ({ LocationConstraint: region }))(
    bucketKeySchema,
  ),
  GetBucketAcl: bucketOperation(store, 'GetBucketAcl', (bucket) => ownerAcl(bucket))(bucketKeySchema),
  ...policyOperations(store),
  ...settingOperations(store),
});

/** With BucketOwnerEnforced the ACL is always the same: the owner has full control. */
const ownerAcl = ({ account }: S3Bucket) => {
  const owner = { ID: createHash('sha256').update(account).digest('hex') };
  return { Owner: owner, Grants: [{ Grantee: { ...owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }] };
};

const policyOperations = (store: BucketStore): Record<string, Operation> => ({
  PutBucketPolicy: bucketOperation(
    store,
    'PutBucketPolicy',
    (bucket, { Policy }: { Bucket: string; Policy: string }) => {
      bucket.policy = parsePolicy(Policy, 'MalformedPolicy');
      bucket.policyText = Policy;
    },
  )(z.strictObject({ Bucket: z.string(), Policy: z.string() })),
  GetBucketPolicy: bucketOperation(store, 'GetBucketPolicy', ({ policyText, name: BucketName }) => {
    if (policyText !== undefined) return { Policy: policyText };
    throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName });
  })(bucketKeySchema),
});

const settingOperations = (store: BucketStore): Record<string, Operation> => ({
  PutBucketVersioning: bucketOperation(
    store,
    'PutBucketVersioning',
    (bucket, input: z.infer<typeof putBucketVersioningSchema>) => {
      bucket.versioning = input.VersioningConfiguration.Status;
    },
  )(putBucketVersioningSchema),
  GetBucketVersioning: bucketOperation(store, 'GetBucketVersioning', (bucket) => ({ Status: bucket.versioning }))(
    bucketKeySchema,
  ),
  PutBucketEncryption: bucketOperation(
    store,
    'PutEncryptionConfiguration',
    (bucket, input: z.infer<typeof putBucketEncryptionSchema>) => {
      const [first] = input.ServerSideEncryptionConfiguration.Rules;
      const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId } = first.ApplyServerSideEncryptionByDefault;
      bucket.encryption = { algorithm, keyId, bucketKey: first.BucketKeyEnabled };
    },
  )(putBucketEncryptionSchema),
  GetBucketEncryption: bucketOperation(store, 'GetEncryptionConfiguration', encryptionView)(bucketKeySchema),
});

const putBucketVersioningSchema = z.strictObject({
  Bucket: z.string(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }),
});

const putBucketEncryptionSchema = z.strictObject({
  Bucket: z.string(),
  ServerSideEncryptionConfiguration: z.strictObject({ Rules: z.tuple([encryptionRuleSchema]) }),
});

/**
 * Every bucket has default encryption: SSE-S3 unless another one was set
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html).
 */
const encryptionView = ({ encryption: set }: S3Bucket) => ({
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: set?.algorithm ?? 'AES256', KMSMasterKeyID: set?.keyId },
        BucketKeyEnabled: set?.bucketKey ?? false,
      },
    ],
  },
});
