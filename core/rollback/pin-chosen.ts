import { isImageAllowed } from '../image/registries.ts';
import type { AllowedImageSources } from '../image/sources.ts';
import type { ContainerImage } from '../model/release.ts';
import type { RollbackDecision } from '../model/rollback-decision.ts';

/** Returns the images of a rollback that still have a tag, from a source that Gantry is allowed to read. */
export const selectTaggedImages = (images: ContainerImage[], sources: AllowedImageSources): ContainerImage[] =>
  images.filter(({ pinned, imageUri }) => !pinned.includes('@') && isImageAllowed(imageUri, sources));

/** Returns the decision with digests in place of the images' tags, and warnings about images without a known digest. */
export function pinImagesOfDecision(
  decision: RollbackDecision & { do: 'revision' },
  pins: { images: ContainerImage[]; warnings: string[] },
): RollbackDecision {
  const { release } = decision.data;
  const images = release.images.map((image) => pins.images.find(({ name }) => name === image.name) ?? image);
  const warnings = [...release.warnings, ...pins.warnings];
  return { ...decision, data: { ...decision.data, release: { ...release, images, warnings } } };
}
