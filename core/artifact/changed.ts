import { Failure } from '../errors/failure.ts';
import { formatTime } from '../parsing/time-text.ts';
import type { ArtifactReader, ArtifactRecord, ReadArtifact } from './record.ts';
import { formatArtifactUri } from './refused-reread.ts';

const formatBytes = (sha256: string, versionId: string | undefined): string =>
  `the SHA-256 ${sha256}${versionId === undefined ? '' : ` (version ${versionId})`}`;

const formatObject = ({ location: { bucket, key } }: ReadArtifact): string => formatArtifactUri({ bucket, key });

/**
 * Returns the failure for an artifact whose bytes have changed since another target read it. The failure says what changed, when, and what to do.
 * CodePipeline writes each artifact only once, under a key of its own.
 */
export function createChangedArtifactFailure(
  read: ReadArtifact,
  recorded: ArtifactRecord,
  { target }: ArtifactReader,
): Failure {
  const since = read.modified === undefined ? '' : `, written at ${read.modified}`;
  return new Failure(
    'RevisionUnavailable',
    `The artifact ${formatObject(read)} has changed. When ${recorded.target} read it at ${formatTime(recorded.at)}, it had ${formatBytes(recorded.sha256, recorded.versionId)}; now it has ${formatBytes(read.sha256, read.location.versionId)}${since}. Nothing was deployed to ${target}, because it would not get what ${recorded.target} got. Find out who wrote the object, and release the change again. (A manual deployment can name the version to deploy, or an object with another key.)`,
  );
}

/** Returns a warning if a person has chosen another version of an artifact than earlier targets got. */
export const warnAboutOtherVersion = (read: ReadArtifact, recorded: ArtifactRecord | undefined): string[] =>
  recorded === undefined || recorded.sha256 === read.sha256
    ? []
    : [
        `The chosen version of ${formatObject(read)} is not what ${recorded.target} read at ${formatTime(recorded.at)}: that had ${formatBytes(recorded.sha256, recorded.versionId)}, and this one has ${formatBytes(read.sha256, read.location.versionId)}.`,
      ];

/** Returns the failure for a state that reads the artifact again and gets other bytes than Read Images got. This happens only in a bucket without versions. */
export const createChangedDuringReleaseFailure = (read: ReadArtifact, expected: string): Failure =>
  new Failure(
    'RevisionUnavailable',
    `The artifact ${formatArtifactUri(read.location)} has changed since this release began: it had ${formatBytes(expected, undefined)}, and now has ${formatBytes(read.sha256, undefined)}${read.modified === undefined ? '' : `, written at ${read.modified}`}. Find out who wrote the object, and release the change again.`,
  );
