import { Failure } from '../errors/failure.ts';
import type { ArtifactLocation } from '../model/release.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';

/** An artifact that S3 refused to let Gantry read, and S3's error. */
export interface ArtifactReadRefusal {
  location: ArtifactLocation;
  error: { name: string; message: string };
}

/** Returns the artifact's address in the usual notation. */
export const formatArtifactUri = ({ bucket, key, versionId }: ArtifactLocation): string =>
  escapeUnprintable(`s3://${bucket}/${key}${versionId === undefined ? '' : `?versionId=${versionId}`}`);

const goneErrorPattern = /^(NotFound|NoSuchKey|NoSuchVersion|NoSuchBucket|404)$/;
/** Whether S3 reports that the bucket, key or version does not exist. */
export const isArtifactGone = ({ error }: ArtifactReadRefusal): boolean => goneErrorPattern.test(error.name);

/** Returns the failure for an artifact that does not exist, or no longer exists. */
export const createArtifactGoneFailure = ({ location, error }: ArtifactReadRefusal): Failure =>
  new Failure(
    'RevisionUnavailable',
    error.name === 'NoSuchBucket'
      ? `The artifact ${formatArtifactUri(location)} cannot be there: S3 knows no bucket ${escapeUnprintable(location.bucket)}. Correct the bucket.`
      : `The artifact ${formatArtifactUri(location)} is gone: deleted, or expired by the bucket's lifecycle. Release the change again to make another, or correct a key that was typed by hand.`,
  );

/**
 * Explains why an artifact that Read Images has read cannot be read again. Unlike core/artifact/refused-read.ts, Gantry does not ask KMS here, so the
 * message is AWS's own.
 */
export const explainRefusedReread = (facts: ArtifactReadRefusal): Failure =>
  isArtifactGone(facts)
    ? createArtifactGoneFailure(facts)
    : new Failure(
        'PermissionError',
        `S3 refused ${formatArtifactUri(facts.location)} (${facts.error.name}: ${facts.error.message}), although Read Images had read it. See what has changed since, or allow the role that asked s3:GetObjectVersion there and kms:Decrypt with its key. (Without s3:ListBucket an artifact that is gone is refused like this too.)`,
      );
