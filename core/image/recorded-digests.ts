import * as z from 'zod';

/** The digest that an image reference had when a target first deployed it from an artifact, the time of this deployment (ISO 8601, UTC), and the target. */
export interface RecordedDigest {
  digest: string;
  at: string;
  target: string;
}

/** Recorded digests, by the keys that `formatImageKey` makes (core/image/digest-lookups.ts). */
export type RecordedDigests = ReadonlyMap<string, RecordedDigest>;

export const recordedDigestSchema: z.ZodType<RecordedDigest> = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  at: z.string(),
  target: z.string(),
});
