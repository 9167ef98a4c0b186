import type { ReadArtifact } from '../core/artifact/record.ts';
import type { ImageDefinition } from '../core/image/definitions.ts';
import type { PinnedImages } from '../core/image/digests.ts';
import type { RecordedDigest, RecordedDigests } from '../core/image/recorded-digests.ts';
import { type CheckedArtifactRecord, type RecordAccess, recordImageDigests } from './artifact-records.ts';
import { isTableUnavailable, type TableUnavailable } from './dynamodb.ts';
import { lookUpAndPinImages } from './pinned-images.ts';

/** An artifact that lists images, and its record. */
export interface ArtifactWithRecord {
  read: ReadArtifact;
  record: CheckedArtifactRecord | TableUnavailable;
}

/** The pinned images of an artifact. `unavailable`: present if the table did not answer when their digests were to be recorded; why. */
export type PinningResult = PinnedImages & Partial<TableUnavailable>;

/**
 * Pins the images that an artifact lists to the digests that the first target got, and records the digests of images that no target got before. If
 * another target records a digest at the same time, the release uses that digest.
 */
export async function pinArtifactImages(
  images: ImageDefinition[],
  { read, record }: ArtifactWithRecord,
  access: RecordAccess,
): Promise<PinningResult> {
  if (isTableUnavailable(record)) return lookUpAndPinImages(images);
  const pins = await lookUpAndPinImages(images, record.digests);
  const added = selectUnrecorded(pins, record.digests, access);
  if (added.size === 0) return pins;
  const recorded = await recordImageDigests(read, added, access);
  if (isTableUnavailable(recorded)) return { ...pins, unavailable: recorded.unavailable };
  const isOurs = [...added].every(([reference, { digest }]) => recorded.get(reference)?.digest === digest);
  return isOurs ? pins : lookUpAndPinImages(images, new Map([...record.digests, ...recorded]));
}

const selectUnrecorded = (
  { digests }: PinnedImages,
  known: RecordedDigests,
  { target, now }: RecordAccess,
): RecordedDigests =>
  new Map(
    [...digests]
      .filter(([reference]) => !known.has(reference))
      .map(([reference, digest]): [string, RecordedDigest] => [reference, { digest, at: now.toISOString(), target }]),
  );
