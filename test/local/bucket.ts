import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach } from 'vitest';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';

export const objectKey = 'a/artifact.zip';

/** Resolves to the error of a call. */
export const catchError = (going: Promise<unknown>) =>
  going.then(
    () => 'no error',
    (error) => error,
  );

export const allowStatement = (Principal: unknown, Action: string | string[], Resource = '*') => ({
  Sid: 'S',
  Effect: 'Allow',
  Principal,
  Action,
  Resource,
});
export const accountRoot = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const policy = (...Statement: object[]) => ({
  Version: '2012-10-17' as const,
  Statement: Statement as Record<string, unknown>[],
});

/** Starts a cloud with S3 and KMS and, before every test, a new bucket of the build account; returns helpers for it. */
export async function startBucket() {
  const { cloud, as } = await startCloud(kms, s3);
  const client = new S3Client(as(buildAccountId));
  const admin = { account: buildAccountId, arn: `arn:aws:iam::${buildAccountId}:user/admin` };
  const bucket = { name: '' };
  const inBucket = () => ({ Bucket: bucket.name });

  beforeEach(async () => {
    bucket.name = `bucket-${cloud.hex(8)}`;
    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await client.send(new CreateBucketCommand({ ...inBucket(), CreateBucketConfiguration }));
  });

  return {
    cloud,
    as,
    client,
    bucket,
    asAdmin: { caller: admin, region },
    put: (more: Partial<PutObjectCommandInput> = {}) =>
      client.send(new PutObjectCommand({ ...inBucket(), Key: objectKey, Body: 'content', ...more })),
    get: async (by = client, more = {}) => {
      const { Body, ...head } = await by.send(new GetObjectCommand({ ...inBucket(), Key: objectKey, ...more }));
      return { text: await Body?.transformToString(), ...head };
    },
    versioned: () =>
      client.send(new PutBucketVersioningCommand({ ...inBucket(), VersioningConfiguration: { Status: 'Enabled' } })),
    grant: (...statements: object[]) =>
      client.send(new PutBucketPolicyCommand({ ...inBucket(), Policy: JSON.stringify(policy(...statements)) })),
    encryptedWith: (KMSMasterKeyID: string) => {
      const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID } as const;
      const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }];
      return client.send(
        new PutBucketEncryptionCommand({ ...inBucket(), ServerSideEncryptionConfiguration: { Rules } }),
      );
    },
    /** Creates a key of the build account whose policy also has these statements; returns its ARN. */
    makeKey: async (...statements: object[]): Promise<string> => {
      const Policy = JSON.stringify(policy(allowStatement(accountRoot(buildAccountId), 'kms:*'), ...statements));
      const made = await cloud.invoke('kms', 'CreateKey', { Policy }, { caller: admin, region });
      return (made as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
    },
    /** Creates a client with a session of a role of the test account that has only these permissions. */
    deployerWith: (...actions: string[]) => {
      const arn = `arn:aws:iam::${testAccountId}:role/test-deployment`;
      const work = policy({ Sid: 'S', Effect: 'Allow', Action: actions, Resource: '*' });
      cloud.iam.roles.set(arn, { arn, trust: policy(), policies: { work } });
      const { expiration: _, ...keys } = cloud.iam.issueCredentials(cloud.iam.session(arn, 'run'), 3600);
      return new S3Client({
        ...as(testAccountId),
        credentials: keys as { accessKeyId: string; secretAccessKey: string },
      });
    },
  };
}
