import { Failure } from '../core/errors/failure.ts';
import type { ImageDefinition } from '../core/image/definitions.ts';
import { planDigestLookups } from '../core/image/digest-lookups.ts';
import { type PinnedImages, pinImages } from '../core/image/digests.ts';
import type { RecordedDigests } from '../core/image/recorded-digests.ts';
import { lookUpImageDigests } from './ecr.ts';

/** Returns images with the digests that ECR has for them, or with the recorded ones. Throws like `pinImages` and `lookUpImageDigests`. */
export async function lookUpAndPinImages(images: ImageDefinition[], recorded?: RecordedDigests): Promise<PinnedImages> {
  const lookups = planDigestLookups(images, recorded);
  const answers = lookups.map(async (lookup) => ({ lookup, answer: await lookUpImageDigests(lookup) }));
  return pinImages(images, await Promise.all(answers), recorded);
}

/**
 * Handles an error in the lookup of images that the release itself does not request. If Gantry is not allowed to read these images, keeps their tags and
 * adds a warning. Rethrows any other error.
 */
export const keepTagsIfDenied =
  (images: ImageDefinition[]) =>
  (error: unknown): PinnedImages => {
    if (!(error instanceof Failure) || error.name !== 'PermissionError') throw error;
    const names = images.map(({ name }) => name).join(', ');
    const warning = `The tags of ${names} are not resolved to digests. ${error.message}`;
    return { images: [], warnings: [warning], digests: new Map() };
  };
