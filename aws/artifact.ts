import { isGone, uriOf } from '../core/artifact/later-refusal.ts';
import { type ArtifactHead, artifactRefusal, type RefusedArtifact } from '../core/artifact/refusal.ts';
import { failureOf } from '../core/errors/aws-failure.ts';
import type { ArtifactLocation } from '../core/model/release.ts';
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
 * Throws RevisionUnavailable, PermissionError (which link broke: core/artifact/refusal.ts) or ConfigurationError (too large).
 */
export async function getArtifact(location: ArtifactLocation, declared?: string): Promise<Artifact> {
  const { bytes, head } = await getObject(location).catch(async (error: unknown) => {
    throw await explained({ location, declared, error });
  });
  return { bytes, head, location: { ...location, versionId: location.versionId ?? head.versionId } };
}

type Refused = Pick<RefusedArtifact, 'location' | 'declared'> & { error: unknown };

/** What S3 refused, explained with what its head and KMS say of the key, which are asked only now; anything else as it is. */
async function explained({ error, ...facts }: Refused): Promise<Error> {
  const failure = failureOf(error, `reading ${uriOf(facts.location)}`);
  if (!isRefusal(failure, error)) return failure;
  const refused = { ...facts, step: 'GetObject' as const, error };
  if (isGone(refused)) return artifactRefusal(refused);
  try {
    const head = await headObject(facts.location);
    const key = head.keyArn === undefined ? undefined : await describeKey(head.keyArn);
    return artifactRefusal({ ...refused, head, key });
  } catch (other) {
    const second = failureOf(other, `reading the head of ${uriOf(facts.location)}`);
    // The words are those of the first refusal: an answer to HEAD has none.
    return isRefusal(second, other) ? artifactRefusal({ ...refused, step: 'HeadObject' }) : second;
  }
}
