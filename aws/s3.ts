import { GetObjectCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { artifactSizeMistake } from '../core/artifact.ts';
import { type ArtifactHead, artifactRefusal, type RefusedArtifact, uriOf } from '../core/artifact-refusal.ts';
import { failureOf } from '../core/aws-failure.ts';
import type { ArtifactLocation } from '../core/deployment.ts';
import { describeKey } from './kms.ts';

const s3 = new S3Client();

export interface Artifact {
  bytes: Uint8Array;
  head: ArtifactHead;
  /** With the version that was read, so that a second read gives the same bytes. */
  location: ArtifactLocation;
}

/**
 * Reads an artifact, the newest version where none is named. With the function's own role and never with the job's
 * artifactCredentials: a deployment by hand has none, and an execution's input must not hold any. `declared` is the key that the pipeline names.
 * Throws RevisionUnavailable, PermissionError (which link broke: core/artifact-refusal.ts) or ConfigurationError (too large).
 */
export async function getArtifact(location: ArtifactLocation, declared?: string): Promise<Artifact> {
  const refused = (facts: Omit<RefusedArtifact, 'location' | 'declared'>) =>
    explained({ location, declared, ...facts });
  const head = await headObject(location).catch(async (error) => {
    throw await refused({ step: 'HeadObject', error });
  });
  const mistake = artifactSizeMistake(head.bytes);
  if (mistake !== undefined) throw mistake;
  const exact = { ...location, versionId: location.versionId ?? head.versionId };
  const bytes = await getObject(exact).catch(async (error) => {
    throw await refused({ step: 'GetObject', error, head });
  });
  return { bytes, head, location: exact };
}

/** What S3 refused, explained with what KMS says of the key; anything else as it is. */
async function explained(facts: RefusedArtifact): Promise<Error> {
  const failure = failureOf(facts.error, `reading ${uriOf(facts.location)}`);
  if (failure.name === 'SystemUnavailable' || !(facts.error instanceof S3ServiceException)) return failure;
  const key = facts.head?.keyArn === undefined ? undefined : await describeKey(facts.head.keyArn);
  return artifactRefusal({ ...facts, key });
}

const objectAt = ({ bucket, key, versionId }: ArtifactLocation) => ({
  Bucket: bucket,
  Key: key,
  ...(versionId === undefined ? {} : { VersionId: versionId }),
});

async function headObject(location: ArtifactLocation): Promise<ArtifactHead> {
  const head = await s3.send(new HeadObjectCommand(objectAt(location)));
  return {
    bytes: head.ContentLength ?? 0,
    versionId: head.VersionId,
    algorithm: head.ServerSideEncryption,
    keyArn: head.SSEKMSKeyId,
  };
}

async function getObject(location: ArtifactLocation): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand(objectAt(location)));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}
