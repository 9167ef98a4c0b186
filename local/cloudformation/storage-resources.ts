import { z } from 'zod';
import { named, type ResourceType } from './resource-type.ts';

const bucketSchema = z.looseObject({
  BucketName: z.string(),
  VersioningConfiguration: z.object({ Status: z.string() }).optional(),
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.array(
        z.object({ ServerSideEncryptionByDefault: z.unknown(), BucketKeyEnabled: z.boolean() }),
      ),
    })
    .optional(),
});

/** The embedded S3 has no ownership controls, public access or life cycle. */
export const bucket: ResourceType = {
  async create(properties, { call }) {
    const { BucketName: Bucket, VersioningConfiguration, BucketEncryption } = bucketSchema.parse(properties);
    await call('s3', 'CreateBucket', { Bucket });
    if (VersioningConfiguration) await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration });
    const Rules = BucketEncryption?.ServerSideEncryptionConfiguration.map(
      ({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
        ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
        BucketKeyEnabled,
      }),
    );
    if (Rules) await call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
    return named(Bucket);
  },
};

export const bucketPolicy: ResourceType = {
  async create(properties, { call }) {
    const { Bucket, PolicyDocument } = z
      .strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() })
      .parse(properties);
    await call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) });
    return named(Bucket);
  },
};

const repositorySchema = z.strictObject({
  RepositoryName: z.string(),
  ImageTagMutability: z.string(),
  ImageScanningConfiguration: z.strictObject({ ScanOnPush: z.boolean() }),
  LifecyclePolicy: z.strictObject({ LifecyclePolicyText: z.string() }),
  RepositoryPolicyText: z.unknown().optional(),
});

/** The embedded ECR expires no images. */
export const repository: ResourceType = {
  async create(properties, { call }) {
    const { RepositoryName: repositoryName, ...rest } = repositorySchema.parse(properties);
    await call('ecr', 'CreateRepository', {
      repositoryName,
      imageTagMutability: rest.ImageTagMutability,
      imageScanningConfiguration: { scanOnPush: rest.ImageScanningConfiguration.ScanOnPush },
    });
    const policyText = JSON.stringify(rest.RepositoryPolicyText);
    if (policyText !== undefined) await call('ecr', 'SetRepositoryPolicy', { repositoryName, policyText });
    return named(repositoryName);
  },
};

const tableSchema = z.looseObject({
  TableName: z.string(),
  BillingMode: z.string(),
  AttributeDefinitions: z.array(z.unknown()),
  KeySchema: z.array(z.unknown()),
});

/** The embedded DynamoDB deletes no expired items and has no recovery. */
export const table: ResourceType = {
  async create(properties, { call }) {
    const { TableName, BillingMode, AttributeDefinitions, KeySchema } = tableSchema.parse(properties);
    await call('dynamodb', 'CreateTable', { TableName, BillingMode, AttributeDefinitions, KeySchema });
    return named(TableName);
  },
};
