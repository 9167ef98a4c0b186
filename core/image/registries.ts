import { findPartitionOfRegion, formatEcrHost } from '../parsing/partition.ts';
import { matchesPattern } from '../parsing/pattern.ts';
import { formatValue } from '../parsing/validation.ts';
import type { ImageDefinition } from './definitions.ts';
import { normalizeRegistryHost } from './ecr-host.ts';
import { ecrRepositoryOf, type ImageReference, parseImageReference } from './reference.ts';
import { type AllowedImageSources, normalizeRegistryEntry } from './sources.ts';

/** The registry that Docker adds to a reference without one (`nginx` is `docker.io/library/nginx`; splitDockerDomain of github.com/distribution/reference). */
const dockerHub = 'docker.io';

const qualifyRepository = ({ registry = dockerHub, path }: ImageReference): string =>
  registry === dockerHub && !path.includes('/')
    ? `${dockerHub}/library/${path}`
    : `${normalizeRegistryHost(registry)}/${path}`;

/** The same account id can belong to another account in another partition. */
const isInBuildAccount = (reference: ImageReference, { account, region }: AllowedImageSources['build']): boolean => {
  const repository = ecrRepositoryOf(reference);
  return (
    repository?.account === account && findPartitionOfRegion(repository.region).id === findPartitionOfRegion(region).id
  );
};

const isInListedRegistry = (reference: ImageReference, registries: string[]): boolean =>
  registries.some((listed) => `${qualifyRepository(reference)}/`.startsWith(`${normalizeRegistryEntry(listed)}/`));

const isInListedRepository = (reference: ImageReference, { build, repositories }: AllowedImageSources): boolean =>
  isInBuildAccount(reference, build) && repositories.some((pattern) => matchesPattern(reference.path, pattern));

/** Whether tasks are allowed to run this image. False for a text that is not an image reference. */
export function isImageAllowed(image: string, sources: AllowedImageSources): boolean {
  const parsed = parseImageReference(image);
  if ('reason' in parsed) return false;
  return isInListedRepository(parsed.reference, sources) || isInListedRegistry(parsed.reference, sources.registries);
}

/** The registry of the build account in any Region of its partition. */
const describeRegistry = (build: AllowedImageSources['build']): string =>
  formatEcrHost(build).replace(`.${build.region}.`, '.<region>.');

const describeSources = ({ build, repositories, registries }: AllowedImageSources): string =>
  [...repositories.map((name) => `${describeRegistry(build)}/${name}`), ...registries].join(', ');

/** Returns the setting that would allow the image. */
function adviseOnSetting(image: string, { build }: AllowedImageSources): string {
  const parsed = parseImageReference(image);
  if ('reason' in parsed) return 'correct the reference';
  const { reference } = parsed;
  if (isInBuildAccount(reference, build)) return `add '${reference.path}' to repositories in gantry.config.ts`;
  return `add '${qualifyRepository(reference)}' to registries in gantry.config.ts, or push the image to an allowed one`;
}

/**
 * Returns a sentence for each image that the configuration does not allow, with the setting that would allow it. The last sentence lists the allowed
 * sources.
 */
export function findRegistryErrors(images: ImageDefinition[], sources: AllowedImageSources): string[] {
  const errors = images
    .filter(({ imageUri }) => !isImageAllowed(imageUri, sources))
    .map(
      ({ name, imageUri }) =>
        `The image ${formatValue(imageUri)} of '${name}' is not allowed: ${adviseOnSetting(imageUri, sources)}.`,
    );
  return errors.length === 0 ? [] : [...errors, `Images may come from ${describeSources(sources)}.`];
}
