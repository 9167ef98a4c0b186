import { key, plan, policyJson } from './plan.ts';
import { allRoles } from './roles.ts';

const { bucket: planned, repository } = plan;

new aws.kms.Alias('ArtifactKeyAlias', { name: plan.key.alias, targetKeyId: key.keyId });

new aws.kms.KeyPolicy(
  'ArtifactKeyPolicy',
  { keyId: key.keyId, policy: policyJson((system) => system.key.policy) },
  { dependsOn: allRoles },
);

/** The artifact bucket. */
export const bucket = new aws.s3.Bucket('Artifacts', { bucket: planned.name }, { retainOnDelete: true });

const versioning = new aws.s3.BucketVersioning('ArtifactsVersioning', {
  bucket: bucket.bucket,
  versioningConfiguration: { status: planned.versioning },
});

new aws.s3.BucketOwnershipControls('ArtifactsOwnership', {
  bucket: bucket.bucket,
  rule: { objectOwnership: planned.objectOwnership },
});

new aws.s3.BucketPublicAccessBlock('ArtifactsPrivate', {
  bucket: bucket.bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});

new aws.s3.BucketServerSideEncryptionConfiguration('ArtifactsEncryption', {
  bucket: bucket.bucket,
  rules: [
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: planned.encryption.sseAlgorithm, kmsMasterKeyId: key.arn },
      bucketKeyEnabled: planned.encryption.bucketKeyEnabled,
    },
  ],
});

new aws.s3.BucketLifecycleConfiguration(
  'ArtifactsLifecycle',
  {
    bucket: bucket.bucket,
    rules: [
      {
        id: 'old-artifacts',
        status: 'Enabled',
        filter: { prefix: '' },
        expiration: { days: planned.expirationDays },
        noncurrentVersionExpiration: { noncurrentDays: planned.expirationDays },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  },
  { dependsOn: [versioning] },
);

/** The bucket's policy and settings. The pipeline is created after them. */
export const bucketPolicy = new aws.s3.BucketPolicy('ArtifactsPolicy', {
  bucket: bucket.bucket,
  policy: JSON.stringify(planned.policy),
});

/** The repository of the images. */
export const imageRepository = new aws.ecr.Repository(
  'Images',
  {
    name: repository.name,
    imageTagMutability: repository.imageTagMutability,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  },
  { retainOnDelete: true },
);

new aws.ecr.LifecyclePolicy('ImagesLifecycle', {
  repository: imageRepository.name,
  policy: JSON.stringify(repository.lifecycle),
});

if (repository.policy)
  new aws.ecr.RepositoryPolicy('ImagesPolicy', {
    repository: imageRepository.name,
    policy: JSON.stringify(repository.policy),
  });
