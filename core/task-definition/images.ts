import type { Image } from '../model/release.ts';
import type { RawContainer, RawTaskDefinition } from './raw.ts';

/** `<IMAGE1_NAME>` in the place of an image, as in CodeDeploy's taskdef.json (CodePipeline user guide, tutorials-ecs-ecr-codedeploy). */
const placeholder = /^<([^<>]+)>$/;

const placeholderOf = ({ image }: RawContainer): string | undefined =>
  typeof image === 'string' ? placeholder.exec(image)?.[1] : undefined;

/** Which image each container gets (undefined: it keeps its own), and each image or placeholder that finds no place, as a sentence. */
export interface Placement {
  images: (Image | undefined)[];
  problems: string[];
}

/**
 * Finds each image its container: by the container's name; where its image is a placeholder also by the placeholder's name,
 * or because one image and one placeholder are all that is left.
 */
export function place(definition: RawTaskDefinition, images: Image[]): Placement {
  const containers = definition.containerDefinitions;
  const byName = containers.map(
    (container) =>
      images.find(({ name }) => name === container.name) ??
      images.find(({ name }) => name === placeholderOf(container)),
  );
  const left = images.filter((image) => !byName.includes(image));
  const open = new Set(
    containers.filter((_, at) => byName[at] === undefined).flatMap((one) => placeholderOf(one) ?? []),
  );
  const last = left.length === 1 && open.size === 1 ? left[0] : undefined;
  const placed = containers.map((one, at) => byName[at] ?? (placeholderOf(one) === undefined ? undefined : last));
  return {
    images: placed,
    problems: [
      ...ambiguous(definition, images),
      ...homeless(definition, images, placed),
      ...empty(definition, images, placed),
    ],
  };
}

const listed = (named: { name: string }[]): string => named.map(({ name }) => `'${name}'`).join(', ');

const ambiguous = ({ family, containerDefinitions }: RawTaskDefinition, images: Image[]): string[] =>
  images
    .filter(({ name }) => containerDefinitions.filter((container) => container.name === name).length > 1)
    .map(({ name }) => `More than one container of '${family}' is named '${name}', so its image could go to either.`);

const homeless = (definition: RawTaskDefinition, images: Image[], placed: Placement['images']): string[] =>
  images
    .filter((image) => !placed.includes(image))
    .map(
      ({ name }) =>
        `There is an image for '${name}', but '${definition.family}' has no such container; it has ${listed(definition.containerDefinitions)}.`,
    );

const empty = ({ containerDefinitions }: RawTaskDefinition, images: Image[], placed: Placement['images']): string[] =>
  containerDefinitions
    .filter((container, at) => placeholderOf(container) !== undefined && placed[at] === undefined)
    .map(
      (container) =>
        `Container '${container.name}' waits for an image in the place of <${placeholderOf(container)}>, but none is named ` +
        `'${container.name}' or '${placeholderOf(container)}'; there is ${listed(images) || 'no image at all'}.`,
    );

/** The definition with each image in its container, pinned; all else is the same object as before. */
export function withImages(definition: RawTaskDefinition, images: Image[]): RawTaskDefinition {
  const placed = place(definition, images).images;
  const containerDefinitions = definition.containerDefinitions.map((container, at) => {
    const image = placed[at];
    return image === undefined ? container : { ...container, image: image.pinned };
  });
  return { ...definition, containerDefinitions };
}

/** Does the definition have these very images already? False where an image has no container. */
export function carries(definition: RawTaskDefinition, images: Image[]): boolean {
  const placed = place(definition, images);
  const same = definition.containerDefinitions.every(({ image }, at) => (placed.images[at]?.pinned ?? image) === image);
  return placed.problems.length === 0 && same;
}
