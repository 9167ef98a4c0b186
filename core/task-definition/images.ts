import type { ContainerImage } from '../model/release.ts';
import type { RawContainer, RawTaskDefinition } from './raw.ts';

/** `<IMAGE1_NAME>` in place of an image, as in CodeDeploy's taskdef.json (CodePipeline user guide, tutorials-ecs-ecr-codedeploy). */
const placeholderPattern = /^<([^<>]+)>$/;

const parsePlaceholder = ({ image }: RawContainer): string | undefined =>
  typeof image === 'string' ? placeholderPattern.exec(image)?.[1] : undefined;

/** The image that each container gets (undefined: the container keeps its own image), and a sentence for each image or placeholder that has no match. */
export interface ImagePlacement {
  images: (ContainerImage | undefined)[];
  problems: string[];
}

/**
 * Matches each image to a container: by the container's name. A container with a placeholder also matches by the placeholder's name, or because only one
 * image and one placeholder are left.
 */
export function placeImages(definition: RawTaskDefinition, images: ContainerImage[]): ImagePlacement {
  const containers = definition.containerDefinitions;
  const byName = containers.map(
    (container) =>
      images.find(({ name }) => name === container.name) ??
      images.find(({ name }) => name === parsePlaceholder(container)),
  );
  const left = images.filter((image) => !byName.includes(image));
  const open = new Set(
    containers.filter((_, at) => byName[at] === undefined).flatMap((one) => parsePlaceholder(one) ?? []),
  );
  const last = left.length === 1 && open.size === 1 ? left[0] : undefined;
  const placed = containers.map((one, at) => byName[at] ?? (parsePlaceholder(one) === undefined ? undefined : last));
  return {
    images: placed,
    problems: [
      ...findAmbiguousContainers(definition, images),
      ...findUnplacedImages(definition, images, placed),
      ...findUnfilledPlaceholders(definition, images, placed),
    ],
  };
}

const listNames = (named: { name: string }[]): string => named.map(({ name }) => `'${name}'`).join(', ');

const findAmbiguousContainers = (
  { family, containerDefinitions }: RawTaskDefinition,
  images: ContainerImage[],
): string[] =>
  images
    .filter(({ name }) => containerDefinitions.filter((container) => container.name === name).length > 1)
    .map(({ name }) => `More than one container of '${family}' is named '${name}', so its image could go to either.`);

const findUnplacedImages = (
  definition: RawTaskDefinition,
  images: ContainerImage[],
  placed: ImagePlacement['images'],
): string[] =>
  images
    .filter((image) => !placed.includes(image))
    .map(
      ({ name }) =>
        `There is an image for '${name}', but '${definition.family}' has no such container; it has ${listNames(definition.containerDefinitions)}.`,
    );

const findUnfilledPlaceholders = (
  { containerDefinitions }: RawTaskDefinition,
  images: ContainerImage[],
  placed: ImagePlacement['images'],
): string[] =>
  containerDefinitions
    .filter((container, at) => parsePlaceholder(container) !== undefined && placed[at] === undefined)
    .map(
      (container) =>
        `Container '${container.name}' waits for an image in the place of <${parsePlaceholder(container)}>, but none is named ` +
        `'${container.name}' or '${parsePlaceholder(container)}'; there is ${listNames(images) || 'no image at all'}.`,
    );

/** Returns the definition with each image pinned in its container; everything else is the same object as in the given definition. */
export function setImages(definition: RawTaskDefinition, images: ContainerImage[]): RawTaskDefinition {
  const placed = placeImages(definition, images).images;
  const containerDefinitions = definition.containerDefinitions.map((container, at) => {
    const image = placed[at];
    return image === undefined ? container : { ...container, image: image.pinned };
  });
  return { ...definition, containerDefinitions };
}

/** Whether the definition already has exactly these images. False if an image has no container. */
export function hasImages(definition: RawTaskDefinition, images: ContainerImage[]): boolean {
  const placed = placeImages(definition, images);
  const same = definition.containerDefinitions.every(({ image }, at) => (placed.images[at]?.pinned ?? image) === image);
  return placed.problems.length === 0 && same;
}
