import { listViaServiceNames } from '../core/parsing/partition.ts';
import type { Installation } from './installation.ts';
import { allowStatement, type Statement } from './policy.ts';

const objectsIn = (installation: Installation): string[] => installation.artifactBuckets.map((bucket) => `${bucket}/*`);

/** The credentials of a job's artifacts. The action does not support resource-level permissions (service authorization reference of CodePipeline). */
export const readJobDetails: Statement = allowStatement('JobDetails', ['codepipeline:GetJobDetails'], { on: ['*'] });

/** Without the permission ListBucket, S3 answers 403 both for a missing object and for a denied object (S3 GetObject, "Permissions"). */
export const readArtifacts = (installation: Installation): Statement[] => [
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: objectsIn(installation) }),
  allowStatement('ArtifactBucket', ['s3:ListBucket'], { on: installation.artifactBuckets }),
  allowStatement('DescribeKey', ['kms:DescribeKey'], { on: installation.artifactKeys }),
];

/**
 * The version of the artifact that Read Images read: GetObject with a version needs only this action (S3 GetObject, "Permissions"). A configured store may
 * have no versions. In that case Gantry reads its objects by their keys alone.
 */
export const readArtifactVersion = (installation: Installation): Statement[] => {
  const stores = objectsIn(installation).slice(installation.createdPipelines.length);
  return [
    allowStatement('Artifacts', ['s3:GetObjectVersion'], { on: objectsIn(installation) }),
    ...(stores.length === 0 ? [] : [allowStatement('StoredArtifacts', ['s3:GetObject'], { on: stores })]),
    decryptArtifacts(installation),
    readJobDetails,
  ];
};

export const decryptArtifacts = (installation: Installation): Statement =>
  allowStatement('DecryptArtifacts', ['kms:Decrypt'], {
    on: installation.artifactKeys,
    when: { StringEquals: { 'kms:ViaService': listViaServiceNames('s3', installation.region) } },
  });
