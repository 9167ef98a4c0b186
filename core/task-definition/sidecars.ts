import type { ImageDefinition } from '../image/definitions.ts';
import { parseImageReference } from '../image/reference.ts';
import { isImageAllowed } from '../image/registries.ts';
import type { AllowedImageSources } from '../image/sources.ts';
import type { ContainerImage } from '../model/release.ts';
import { placeImages } from './images.ts';
import type { RawContainer, RawTaskDefinition } from './raw.ts';

const toImageDefinition = ({ name, image }: RawContainer): ImageDefinition[] =>
  typeof image === 'string' ? [{ name, imageUri: image }] : [];

const hasTag = ({ imageUri }: ImageDefinition): boolean => {
  const parsed = parseImageReference(imageUri);
  return 'reference' in parsed && parsed.reference.digest === undefined;
};

/**
 * Returns the images of a task definition that the release does not replace, such as those of sidecars. Leaves out images that the configuration does not
 * allow, because Check Target refuses them.
 */
export function listKeptImages(
  definition: RawTaskDefinition,
  images: ImageDefinition[],
  sources: AllowedImageSources,
): ImageDefinition[] {
  const placed = placeImages(
    definition,
    images.map((image) => ({ ...image, pinned: image.imageUri })),
  ).images;
  return definition.containerDefinitions
    .filter((_, at) => placed[at] === undefined)
    .flatMap(toImageDefinition)
    .filter(({ imageUri }) => isImageAllowed(imageUri, sources));
}

/** The images of a revision that is deployed as it is. */
export interface RevisionImages {
  /** Images by tag, from a source that Gantry is allowed to read. */
  tagged: ImageDefinition[];
  /** A warning for each image whose tag Gantry cannot resolve. */
  warnings: string[];
}

/** Groups the images of an existing revision by whether their tag must be resolved, because a tag can have moved since the revision was registered. */
export function listRevisionImages(definition: RawTaskDefinition, sources: AllowedImageSources): RevisionImages {
  const tagged = definition.containerDefinitions.flatMap(toImageDefinition).filter(hasTag);
  return {
    tagged: tagged.filter(({ imageUri }) => isImageAllowed(imageUri, sources)),
    warnings: tagged
      .filter(({ imageUri }) => !isImageAllowed(imageUri, sources))
      .map(
        ({ name, imageUri }) =>
          `${name}: the configuration allows no images from the repository of ${imageUri}, so Gantry does not resolve the tag to a digest.`,
      ),
  };
}

/** Returns the definition with the digests of images that it names by tag. Unlike an image of the release, such an image fills no placeholder. */
export function replaceTagsWithDigests(definition: RawTaskDefinition, pinned: ContainerImage[]): RawTaskDefinition {
  const containerDefinitions = definition.containerDefinitions.map((container) => {
    const found = pinned.find(({ name, imageUri }) => name === container.name && imageUri === container.image);
    return found === undefined ? container : { ...container, image: found.pinned };
  });
  return { ...definition, containerDefinitions };
}
