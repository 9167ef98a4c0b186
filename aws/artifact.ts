import { type ArtifactHead, explainRefusedRead, type RefusedArtifactRead } from '../core/artifact/refused-read.ts';
import { formatArtifactUri, isArtifactGone } from '../core/artifact/refused-reread.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { ArtifactLocation } from '../core/model/release.ts';
import { describeKey } from './kms.ts';
import { getObject, headObject, isS3Refusal } from './s3.ts';

export interface FetchedArtifact {
  bytes: Uint8Array;
  head: ArtifactHead;
  /** With the version that was read, so that a second read (`readAgain` of s3.ts) gives the same bytes. */
  location: ArtifactLocation;
}

/**
 * Reads an artifact, the newest version where none is named. With the function's own role and never with the job's
 * artifactCredentials: a deployment by hand has none, and an execution's input must not hold any. `declared` is the key that the pipeline names.
 * Throws RevisionUnavailable, PermissionError (which link broke: core/artifact/refused-read.ts) or ConfigurationError (too large).
 */
export async function fetchArtifact(location: ArtifactLocation, declared?: string): Promise<FetchedArtifact> {
  const { bytes, head } = await getObject(location).catch(async (error: unknown) => {
    throw await explainReadError({ location, declared, error });
  });
  return { bytes, head, location: { ...location, versionId: location.versionId ?? head.versionId } };
}

type RefusedGet = Pick<RefusedArtifactRead, 'location' | 'declared'> & { error: unknown };

/** What S3 refused, explained with what its head and KMS say of the key, which are asked only now; anything else as it is. */
async function explainReadError({ error, ...facts }: RefusedGet): Promise<Error> {
  const failure = toFailure(error, `reading ${formatArtifactUri(facts.location)}`);
  if (!isS3Refusal(failure, error)) return failure;
  const refused = { ...facts, step: 'GetObject' as const, error };
  if (isArtifactGone(refused)) return explainRefusedRead(refused);
  try {
    const head = await headObject(facts.location);
    const key = head.keyArn === undefined ? undefined : await describeKey(head.keyArn);
    return explainRefusedRead({ ...refused, head, key });
  } catch (other) {
    const second = toFailure(other, `reading the head of ${formatArtifactUri(facts.location)}`);
    // The words are those of the first refusal: an answer to HEAD has none.
    return isS3Refusal(second, other) ? explainRefusedRead({ ...refused, step: 'HeadObject' }) : second;
  }
}
