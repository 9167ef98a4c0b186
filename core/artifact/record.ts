import * as z from 'zod';
import { type RecordedDigest, type RecordedDigests, recordedDigestSchema } from '../image/recorded-digests.ts';
import type { ArtifactLocation } from '../model/release.ts';
import { expiryAfterRetention } from '../model/table-expiry.ts';

/**
 * The bytes and digests that the first target found when it read an artifact. A later target gets the same bytes and digests, or is refused. The item stores
 * image references and their digests, and nothing else of the artifact's content.
 */
export interface ArtifactRecord {
  /** The SHA-256 of the bytes, in hexadecimal digits, and the version of the object, if the bucket has versions. */
  sha256: string;
  versionId?: string | undefined;
  /** When the bytes were first read (ISO 8601, UTC), and for which target. */
  at: string;
  target: string;
}

/** An artifact that was read: its location, its bytes, and when S3 says that the bytes were written (ISO 8601, UTC). */
export interface ReadArtifact {
  location: ArtifactLocation;
  sha256: string;
  modified?: string | undefined;
}

/** The release that reads an artifact, and the time. */
export interface ArtifactReader {
  target: string;
  now: Date;
}

const recordSchema = z.object({
  sha256: z.string(),
  versionId: z.string().optional(),
  at: z.string(),
  target: z.string(),
});

/** Returns the bytes that an item of the table records; undefined if it has none. */
export const tryParseArtifactRecord = (item: unknown): ArtifactRecord | undefined => recordSchema.safeParse(item).data;

/** A change of the item, in DynamoDB's syntax (a subset of aws/dynamodb.ts, ItemUpdate). */
interface RecordUpdate {
  update: string;
  condition?: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

/**
 * Returns the update that records the hash of the bytes, if none is recorded. Its condition fails if the hash of other bytes is recorded. Each read postpones the item's
 * expiry, because CodePipeline can roll a stage back to an old execution repeatedly.
 */
export const createRecordBytesUpdate = (
  { location, sha256 }: ReadArtifact,
  { target, now }: ArtifactReader,
): RecordUpdate => {
  const at = now.toISOString();
  const set = ['sha256 = :sha256', '#at = if_not_exists(#at, :at)', '#target = if_not_exists(#target, :target)'];
  const version = location.versionId === undefined ? {} : { ':version': location.versionId };
  const versioned = location.versionId === undefined ? [] : ['versionId = if_not_exists(versionId, :version)'];
  return {
    update: `SET ${[...set, ...versioned, 'expires = :expires'].join(', ')}`,
    condition: 'attribute_not_exists(sha256) OR sha256 = :sha256',
    names: { '#at': 'at', '#target': 'target' },
    values: {
      ':sha256': sha256,
      ':at': at,
      ':target': target,
      ':expires': expiryAfterRetention(at).expires,
      ...version,
    },
  };
};

/** The maximum number of digests in one update: an update expression has at most 4 KB (DynamoDB Developer Guide, "Constraints"). */
const maxDigestsPerUpdate = 50;

/** The digests belong to the bytes, because a person can deploy an older version of the same key. */
const digestAttribute = (sha256: string, reference: string): string => `digest ${sha256} ${reference}`;

/**
 * Returns the updates that record digests of references, unless other digests are recorded already. Several updates can be needed, because the length of an
 * expression is limited.
 */
export function createRecordDigestsUpdates(
  sha256: string,
  digests: RecordedDigests,
  { now }: ArtifactReader,
): RecordUpdate[] {
  const entries = [...digests];
  const expires = expiryAfterRetention(now.toISOString()).expires;
  return Array.from({ length: Math.ceil(entries.length / maxDigestsPerUpdate) }, (_, index) => {
    const some = entries.slice(index * maxDigestsPerUpdate, (index + 1) * maxDigestsPerUpdate);
    return {
      update: `SET ${some.map((_one, at) => `#d${at} = if_not_exists(#d${at}, :d${at})`).join(', ')}, expires = :expires`,
      names: Object.fromEntries(some.map(([reference], at) => [`#d${at}`, digestAttribute(sha256, reference)])),
      values: { ':expires': expires, ...Object.fromEntries(some.map(([, digest], at) => [`:d${at}`, digest])) },
    };
  });
}

/** Returns the digests that an item records for an artifact with these bytes. Skips values that are not digests. */
export function parseRecordedDigests(item: unknown, sha256: string): RecordedDigests {
  const prefix = digestAttribute(sha256, '');
  const attributes = z.record(z.string(), z.unknown()).safeParse(item).data ?? {};
  return new Map(
    Object.entries(attributes).flatMap(([name, value]): [string, RecordedDigest][] => {
      const found = name.startsWith(prefix) ? recordedDigestSchema.safeParse(value).data : undefined;
      return found === undefined ? [] : [[name.slice(prefix.length), found]];
    }),
  );
}
