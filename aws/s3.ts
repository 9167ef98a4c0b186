import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createChangedDuringReleaseFailure } from '../core/artifact/changed.ts';
import type { ArtifactHead } from '../core/artifact/refused-read.ts';
import { explainRefusedReread, formatArtifactUri } from '../core/artifact/refused-reread.ts';
import { checkArtifactSize } from '../core/artifact/zip.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import { isInvalidRequest } from '../core/errors/invalid-request.ts';
import type { ArtifactLocation, InputArtifact } from '../core/model/release.ts';

const s3 = new S3Client();

/** Returns a client that acts with these credentials instead of the function's own role. */
export const createS3Client = (credentials: NonNullable<S3ClientConfig['credentials']>): S3Client =>
  new S3Client({ credentials });

const toObjectInput = ({ bucket, key, versionId }: ArtifactLocation) => ({
  Bucket: bucket,
  Key: key,
  ...(versionId === undefined ? {} : { VersionId: versionId }),
});

type HeadAnswer = Pick<
  HeadObjectCommandOutput,
  'ContentLength' | 'VersionId' | 'LastModified' | 'ServerSideEncryption' | 'SSEKMSKeyId'
>;

const toArtifactHead = (answer: HeadAnswer): ArtifactHead => ({
  bytes: answer.ContentLength ?? 0,
  versionId: answer.VersionId,
  modified: answer.LastModified?.toISOString(),
  algorithm: answer.ServerSideEncryption,
  keyArn: answer.SSEKMSKeyId,
});

/** Returns S3's data about an object, or about its newest version if no version is named. Throws S3's error. */
export const headObject = async (location: ArtifactLocation): Promise<ArtifactHead> =>
  toArtifactHead(await s3.send(new HeadObjectCommand(toObjectInput(location))));

/**
 * Returns an object's bytes with their SHA-256 (hexadecimal digits), and its head. Throws S3's error, or a ConfigurationError before it reads any
 * bytes if the object is too large.
 */
export async function getObject(
  location: ArtifactLocation,
  client: S3Client = s3,
): Promise<{ bytes: Uint8Array; sha256: string; head: ArtifactHead }> {
  const { Body, ...answer } = await client.send(new GetObjectCommand(toObjectInput(location)));
  const head = toArtifactHead(answer);
  const mistake = checkArtifactSize(head.bytes);
  if (mistake !== undefined) throw mistake;
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), head };
}

/** Whether S3 itself refused, for a permanent reason. */
export const isPermanentS3Refusal = (failure: Error, error: unknown): error is S3ServiceException =>
  !['SystemUnavailable', 'ConfigurationError'].includes(failure.name) && error instanceof S3ServiceException;

/** S3's error names for a bucket in another Region, which S3 answers with a redirect or a 400 (S3 user guide, "Error responses"). */
const otherRegionErrors =
  /^(?:PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/;

/** Whether an error concerns credentials or KMS. Such errors have the HTTP status of an invalid request, although the request is valid. */
const isAboutAccess = ({ name }: Error): boolean => /^KMS\.|Token|Credential/.test(name);

/** Returns the failure for a bucket, key or version that S3 does not accept; undefined if S3 refused for another reason. */
export function explainInvalidS3Location(location: ArtifactLocation, error: unknown): Failure | undefined {
  if (!(error instanceof S3ServiceException) || isAboutAccess(error)) return undefined;
  const uri = formatArtifactUri(location);
  if (otherRegionErrors.test(error.name))
    return new Failure(
      'ConfigurationError',
      `The bucket of ${uri} is in another Region (${error.name}: ${error.message}). Name a bucket of this Region.`,
      { cause: error },
    );
  if (error.$metadata.httpStatusCode !== 400 || !isInvalidRequest(error)) return undefined;
  const sentence = `S3 does not take ${uri} (${error.name}: ${error.message}). Correct the bucket, the key or the version.`;
  return new Failure('ConfigurationError', sentence, { cause: error });
}

/**
 * Reads an artifact again that Read Images has read (aws/artifact.ts), at the version in `location`. `asJob`: a client with the job's credentials, which is
 * used first. Throws RevisionUnavailable if the artifact is gone or has other bytes than Read Images read, or PermissionError. Does not ask KMS about the
 * key: a KMS client would add 24 KB to each function that reads an artifact again.
 */
export async function rereadArtifact(location: InputArtifact, asJob?: S3Client): Promise<Uint8Array> {
  const read = (client?: S3Client) =>
    getObject(location, client).catch((error: unknown) => {
      const failure =
        explainInvalidS3Location(location, error) ?? toFailure(error, `reading ${formatArtifactUri(location)} again`);
      throw isPermanentS3Refusal(failure, error) ? explainRefusedReread({ location, error }) : failure;
    });
  const { bytes, sha256, head } =
    asJob === undefined
      ? await read()
      : await read(asJob).catch((error: Error) => {
          if (error.name === 'PermissionError') return read();
          throw error;
        });
  if (location.sha256 !== undefined && location.sha256 !== sha256)
    throw createChangedDuringReleaseFailure({ location, sha256, modified: head.modified }, location.sha256);
  return bytes;
}
