import { Failure } from '../core/errors/failure.ts';
import type { PinnedImages } from '../core/image/digests.ts';
import type { AllowedImageSources } from '../core/image/sources.ts';
import type { RollbackCause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/rollback-decision.ts';
import { pinImagesOfDecision, selectTaggedImages } from '../core/rollback/pin-chosen.ts';
import type { RevisionPins } from '../core/service/problems.ts';
import type { RawTaskDefinition } from '../core/task-definition/raw.ts';
import { listRevisionImages } from '../core/task-definition/sidecars.ts';
import { keepTagsIfDenied, lookUpAndPinImages } from './pinned-images.ts';

/**
 * Returns the images that an existing revision names by tag, with the digests that the tags have now. Throws a ConfigurationError if ECR has no such image.
 * An image that Gantry is not allowed to look up stays as it is, with a warning.
 */
export async function lookUpTagDigests(
  definition: RawTaskDefinition,
  sources: AllowedImageSources,
): Promise<RevisionPins> {
  const { tagged, warnings } = listRevisionImages(definition, sources);
  const pins = await lookUpAndPinImages(tagged).catch(keepTagsIfDenied(tagged));
  return {
    images: pins.images.filter(({ imageUri, pinned }) => imageUri !== pinned),
    warnings: [...warnings, ...pins.warnings],
  };
}

/**
 * Pins the tags of a revision that a person chose for a rollback, if ECS's history has no digests for it. An image that ECR does not have causes only a
 * warning, because it must not prevent a rollback.
 */
export async function pinChosenRollback(
  decision: RollbackDecision,
  cause: RollbackCause,
  sources: AllowedImageSources,
): Promise<RollbackDecision> {
  if (decision.do !== 'revision' || cause.kind !== 'hand' || cause.revision === undefined) return decision;
  const tagged = selectTaggedImages(decision.data.release.images, sources);
  // Each image is looked up separately, so that a missing image does not keep the others from being pinned.
  const pins = await Promise.all(
    tagged.map((image) =>
      lookUpAndPinImages([image])
        .catch(leaveIfMissing)
        .catch(keepTagsIfDenied([image])),
    ),
  );
  const images = pins.flatMap((one) => one.images);
  return pinImagesOfDecision(decision, { images, warnings: pins.flatMap((one) => one.warnings) });
}

/** An image that does not exist cannot be pinned. */
const leaveIfMissing = (error: unknown): Pick<PinnedImages, 'images' | 'warnings'> => {
  if (!(error instanceof Failure) || error.name !== 'ConfigurationError') throw error;
  return { images: [], warnings: [error.message] };
};
