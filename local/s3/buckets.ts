import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { parsePolicy } from '../policy-text.ts';
import { type Operation, operation } from '../service.ts';
import { flag } from './objects.ts';
import { allow, type Bucket, type Store } from './store.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
const only = z.strictObject({ Bucket: z.string() });

const rule = z.strictObject({
  ApplyServerSideEncryptionByDefault: z.strictObject({
    SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
    KMSMasterKeyID: z.string().optional(),
  }),
  BucketKeyEnabled: flag.default(false),
});

/** An operation on a bucket that needs `action`, which is not always named as the operation is. */
const on =
  <Input extends { Bucket: string }>(store: Store, action: string, act: (bucket: Bucket, input: Input) => unknown) =>
  (schema: z.ZodType<Input>): Operation =>
    operation(schema, async (input, call) => {
      const bucket = store.find(input.Bucket);
      await allow(call, bucket, { action });
      return act(bucket, input);
    });

/** The operations on buckets. */
export const buckets = (store: Store): Record<string, Operation> => ({
  CreateBucket: operation(
    z.strictObject({
      Bucket: name,
      CreateBucketConfiguration: z.strictObject({ LocationConstraint: z.string().optional() }).optional(),
      ObjectOwnership: z.literal('BucketOwnerEnforced').optional(),
    }),
    async ({ Bucket }, call) => {
      await call.allow('s3:CreateBucket', `arn:aws:s3:::${Bucket}`, { owner: call.caller.account });
      store.make(Bucket, call);
      return { Location: `/${Bucket}` };
    },
  ),
  HeadBucket: on(store, 'ListBucket', ({ region }) => ({ BucketRegion: region }))(only),
  GetBucketLocation: on(store, 'GetBucketLocation', ({ region }) => ({ LocationConstraint: region }))(only),
  GetBucketAcl: on(store, 'GetBucketAcl', (bucket) => aclOf(bucket))(only),
  ...policies(store),
  ...settings(store),
});

/** With BucketOwnerEnforced the list says one thing whatever happens: the owner has full control. */
const aclOf = ({ account }: Bucket) => {
  const owner = { ID: createHash('sha256').update(account).digest('hex') };
  return { Owner: owner, Grants: [{ Grantee: { ...owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }] };
};

const policies = (store: Store): Record<string, Operation> => ({
  PutBucketPolicy: on(store, 'PutBucketPolicy', (bucket, { Policy }: { Bucket: string; Policy: string }) => {
    bucket.policy = parsePolicy(Policy, 'MalformedPolicy');
    bucket.policyText = Policy;
  })(z.strictObject({ Bucket: z.string(), Policy: z.string() })),
  GetBucketPolicy: on(store, 'GetBucketPolicy', ({ policyText, name: BucketName }) => {
    if (policyText !== undefined) return { Policy: policyText };
    throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName });
  })(only),
});

const settings = (store: Store): Record<string, Operation> => ({
  PutBucketVersioning: on(store, 'PutBucketVersioning', (bucket, input: z.infer<typeof versioning>) => {
    bucket.versioning = input.VersioningConfiguration.Status;
  })(versioning),
  GetBucketVersioning: on(store, 'GetBucketVersioning', (bucket) => ({ Status: bucket.versioning }))(only),
  PutBucketEncryption: on(store, 'PutEncryptionConfiguration', (bucket, input: z.infer<typeof encryption>) => {
    const [first] = input.ServerSideEncryptionConfiguration.Rules;
    const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId } = first.ApplyServerSideEncryptionByDefault;
    bucket.encryption = { algorithm, keyId, bucketKey: first.BucketKeyEnabled };
  })(encryption),
  GetBucketEncryption: on(store, 'GetEncryptionConfiguration', encryptionOf)(only),
});

const versioning = z.strictObject({
  Bucket: z.string(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }),
});

const encryption = z.strictObject({
  Bucket: z.string(),
  ServerSideEncryptionConfiguration: z.strictObject({ Rules: z.tuple([rule]) }),
});

/** Every bucket has a default; SSE-S3 where none was set (docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html). */
const encryptionOf = ({ encryption: set }: Bucket) => ({
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: set?.algorithm ?? 'AES256', KMSMasterKeyID: set?.keyId },
        BucketKeyEnabled: set?.bucketKey ?? false,
      },
    ],
  },
});
