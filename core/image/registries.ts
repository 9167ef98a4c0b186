import type { Config } from '../config/check.ts';
import { formatValue } from '../parsing/validation.ts';
import type { ImageDefinition } from './definitions.ts';
import { findEcrRepository, type ImageReference, parseImageReference } from './reference.ts';

/** What Docker fills in where a reference names no registry (`nginx` is `docker.io/library/nginx`; splitDockerDomain of github.com/distribution/reference). */
const dockerHub = 'docker.io';

const qualifyRepository = ({ registry = dockerHub, path }: ImageReference): string =>
  registry === dockerHub && !path.includes('/') ? `${dockerHub}/library/${path}` : `${registry}/${path}`;

/** The same account id may be another's in another partition, so only hosts of `aws` are the build account's. */
const isInBuildAccount = (reference: ImageReference, account: string): boolean =>
  findEcrRepository(reference)?.account === account && !reference.registry?.endsWith('.cn');

const isInListedRegistry = (reference: ImageReference, registries: string[]): boolean =>
  registries.some((listed) => `${qualifyRepository(reference)}/`.startsWith(`${listed}/`));

/** Whether tasks may run this image: of the build account's own ECR, or of a place that `registries` of the configuration names. No image reference never is. */
export function isImageAllowed(image: string, { build, registries }: Pick<Config, 'build' | 'registries'>): boolean {
  const parsed = parseImageReference(image);
  if ('reason' in parsed) return false;
  return isInBuildAccount(parsed.reference, build.account) || isInListedRegistry(parsed.reference, registries);
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
