import { artifactSizeMistake } from '../core/artifact.ts';
import { uriOf } from '../core/artifact-later.ts';
import { type ArtifactHead, artifactRefusal, type RefusedArtifact } from '../core/artifact-refusal.ts';
import { failureOf } from '../core/aws-failure.ts';
import type { ArtifactLocation } from '../core/deployment.ts';
import { describeKey } from './kms.ts';
import { getObject, headObject, isRefusal } from './s3.ts';

export interface Artifact {
  bytes: Uint8Array;
  head: ArtifactHead;
  /** With the version that was read, so that a second read (`readAgain` of s3.ts) gives the same bytes. */
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
  if (!isRefusal(failure, facts.error)) return failure;
  const key = facts.head?.keyArn === undefined ? undefined : await describeKey(facts.head.keyArn);
  return artifactRefusal({ ...facts, key });
}
