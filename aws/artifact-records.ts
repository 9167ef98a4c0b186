import { createChangedArtifactFailure, warnAboutOtherVersion } from '../core/artifact/changed.ts';
import {
  type ArtifactReader,
  createRecordBytesUpdate,
  createRecordDigestsUpdates,
  parseRecordedDigests,
  type ReadArtifact,
  tryParseArtifactRecord,
} from '../core/artifact/record.ts';
import type { RecordedDigests } from '../core/image/recorded-digests.ts';
import { artifactRecordKey } from '../core/model/table-keys.ts';
import { getItem, isTableUnavailable, type TableUnavailable, updateItem } from './dynamodb.ts';

/** How a release uses the records of artifacts. `readOnly`: for a dry run, which writes nothing. */
export interface RecordAccess extends ArtifactReader {
  readOnly: boolean;
}

/** An artifact's record, which the release found or created. */
export interface CheckedArtifactRecord {
  digests: RecordedDigests;
  warnings: string[];
}

/**
 * Compares an artifact with its record; if there is none, records the artifact. `chosen`: a person named the version, so other bytes are only a warning.
 * Throws RevisionUnavailable if the bytes differ from the bytes that an earlier target got.
 */
export async function checkArtifactRecord(
  read: ReadArtifact,
  { chosen, ...access }: RecordAccess & { chosen: boolean },
): Promise<CheckedArtifactRecord | TableUnavailable> {
  const key = artifactRecordKey(read.location);
  if (chosen || access.readOnly) return compareWithItem(await getItem(key), read, { ...access, chosen });
  const written = await updateItem(key, createRecordBytesUpdate(read, access));
  if (written === 'refused') return compareWithItem(await getItem(key), read, { ...access, chosen });
  if (isTableUnavailable(written)) return written;
  return { digests: parseRecordedDigests(written.before, read.sha256), warnings: [] };
}

function compareWithItem(
  item: unknown | TableUnavailable,
  read: ReadArtifact,
  { chosen, ...reader }: ArtifactReader & { chosen: boolean },
): CheckedArtifactRecord | TableUnavailable {
  if (isTableUnavailable(item)) return item;
  const recorded = tryParseArtifactRecord(item);
  if (!chosen && recorded !== undefined && recorded.sha256 !== read.sha256)
    throw createChangedArtifactFailure(read, recorded, reader);
  return { digests: parseRecordedDigests(item, read.sha256), warnings: warnAboutOtherVersion(read, recorded) };
}

/**
 * Records the digests of references that an artifact lists. Returns the recorded digests. If another target recorded a digest first, the result
 * contains that digest. A dry run records nothing.
 */
export async function recordImageDigests(
  { location, sha256 }: ReadArtifact,
  digests: RecordedDigests,
  access: RecordAccess,
): Promise<RecordedDigests | TableUnavailable> {
  if (access.readOnly) return digests;
  const recorded = new Map(digests);
  for (const change of createRecordDigestsUpdates(sha256, digests, access)) {
    const written = await updateItem(artifactRecordKey(location), change);
    if (written === 'refused') return { unavailable: 'DynamoDB refused a write that has no condition' };
    if (isTableUnavailable(written)) return written;
    for (const [reference, first] of parseRecordedDigests(written.before, sha256))
      if (recorded.has(reference)) recorded.set(reference, first);
  }
  return recorded;
}
