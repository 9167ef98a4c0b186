import type { ArtifactKey } from './plan.ts';
import type { BucketDeclaration } from './system-build.ts';

/** Creates the artifact bucket of a pipeline. The pipeline must wait for the bucket's policy. */
export function createArtifactBucket(pipeline: string, planned: BucketDeclaration, key: ArtifactKey) {
  const { bucket } = new aws.s3.Bucket(`Artifacts-${pipeline}`, { bucket: planned.name }, { retainOnDelete: true });
  new aws.s3.BucketOwnershipControls(`ArtifactsOwnership-${pipeline}`, {
    bucket,
    rule: { objectOwnership: planned.objectOwnership },
  });
  new aws.s3.BucketPublicAccessBlock(`ArtifactsPrivate-${pipeline}`, {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  const { sseAlgorithm, bucketKeyEnabled } = planned.encryption;
  new aws.s3.BucketServerSideEncryptionConfiguration(`ArtifactsEncryption-${pipeline}`, {
    bucket,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId: key.arn }, bucketKeyEnabled }],
  });
  expireOldVersions(pipeline, planned, bucket);
  const policy = new aws.s3.BucketPolicy(`ArtifactsPolicy-${pipeline}`, {
    bucket,
    policy: JSON.stringify(planned.policy),
  });
  return { bucket, policy };
}

type BucketName = InstanceType<typeof aws.s3.Bucket>['bucket'];

function expireOldVersions(pipeline: string, { versioning, expirationDays }: BucketDeclaration, bucket: BucketName) {
  const versions = new aws.s3.BucketVersioning(`ArtifactsVersioning-${pipeline}`, {
    bucket,
    versioningConfiguration: { status: versioning },
  });
  const rule = {
    id: 'old-artifacts',
    status: 'Enabled',
    filter: { prefix: '' },
    expiration: { days: expirationDays },
    noncurrentVersionExpiration: { noncurrentDays: expirationDays },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  new aws.s3.BucketLifecycleConfiguration(
    `ArtifactsLifecycle-${pipeline}`,
    { bucket, rules: [rule] },
    { dependsOn: [versions] },
  );
}
