import type { Config } from '../config/check.ts';
import { formatValue } from '../parsing/validation.ts';
import type { ImageDefinition } from './definitions.ts';
import { normalizeHost, partitionOf } from './ecr-host.ts';
import { findEcrRepository, type ImageReference, parseImageReference } from './reference.ts';

/** What Docker fills in where a reference names no registry (`nginx` is `docker.io/library/nginx`; splitDockerDomain of github.com/distribution/reference). */
const dockerHub = 'docker.io';

const qualifyRepository = ({ registry = dockerHub, path }: ImageReference): string =>
  registry === dockerHub && !path.includes('/') ? `${dockerHub}/library/${path}` : `${normalizeHost(registry)}/${path}`;

/** The same account id may be another's in another partition. */
const isInBuildAccount = (reference: ImageReference, { account, region }: Config['build']): boolean => {
  const repository = findEcrRepository(reference);
  return repository?.account === account && partitionOf(repository.region) === partitionOf(region);
};

/** An entry of `registries`, with its host in the form that it is compared in. */
const normalizeEntry = (listed: string): string => {
  const [host = '', ...path] = listed.split('/');
  return [normalizeHost(host), ...path].join('/');
};

const isInListedRegistry = (reference: ImageReference, registries: string[]): boolean =>
  registries.some((listed) => `${qualifyRepository(reference)}/`.startsWith(`${normalizeEntry(listed)}/`));

/** Whether tasks may run this image: of the build account's own ECR, or of a place that `registries` of the configuration names. No image reference never is. */
export function isImageAllowed(image: string, { build, registries }: Pick<Config, 'build' | 'registries'>): boolean {
  const parsed = parseImageReference(image);
  if ('reason' in parsed) return false;
  return isInBuildAccount(parsed.reference, build) || isInListedRegistry(parsed.reference, registries);
}

const describeAllowedRegistries = ({ build, registries }: Pick<Config, 'build' | 'registries'>): string =>
  [`${build.account}.dkr.ecr.<region>.amazonaws.com`, ...registries].join(', ');

/** A sentence for each image that comes from elsewhere than the configuration allows. */
export const findRegistryErrors = (images: ImageDefinition[], config: Pick<Config, 'build' | 'registries'>): string[] =>
  images
    .filter(({ imageUri }) => !isImageAllowed(imageUri, config))
    .map(
      ({ name, imageUri }) =>
        `The image ${formatValue(imageUri)} of '${name}' is not from a registry that may be used (${describeAllowedRegistries(config)}). Push it there, or add its registry to registries in gantry.config.ts.`,
    );
