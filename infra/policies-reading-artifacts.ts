import type { Installation } from './installation.ts';
import { allowStatement, type Statement } from './policy.ts';

const objectsIn = (here: Installation): string[] => here.artifactBuckets.map((bucket) => `${bucket}/*`);

/** The credentials of a job's artifacts. The action does not support resource-level permissions (service authorization reference of CodePipeline). */
export const readJobDetails: Statement = allowStatement('JobDetails', ['codepipeline:GetJobDetails'], { on: ['*'] });

/** Without ListBucket, S3 answers 403 for a missing object, as for a denied one (S3 GetObject, "Permissions"). */
export const readArtifacts = (here: Installation): Statement[] => [
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: objectsIn(here) }),
  allowStatement('ArtifactBucket', ['s3:ListBucket'], { on: here.artifactBuckets }),
  allowStatement('DescribeKey', ['kms:DescribeKey'], { on: here.artifactKeys }),
];

/**
 * The version of the artifact that Read Images read: GetObject with a version needs only this action (S3 GetObject, "Permissions"). A configured
 * store may have no versions; its objects are read by their keys alone.
 */
export const readArtifactVersion = (here: Installation): Statement[] => {
  const stores = objectsIn(here).slice(1);
  return [
    allowStatement('Artifacts', ['s3:GetObjectVersion'], { on: objectsIn(here) }),
    ...(stores.length === 0 ? [] : [allowStatement('StoredArtifacts', ['s3:GetObject'], { on: stores })]),
    decryptArtifacts(here),
    readJobDetails,
  ];
};

export const decryptArtifacts = (here: Installation): Statement =>
  allowStatement('DecryptArtifacts', ['kms:Decrypt'], {
    on: here.artifactKeys,
    when: { StringEquals: { 'kms:ViaService': `s3.${here.region}.amazonaws.com` } },
  });
