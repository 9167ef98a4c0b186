import type { Config } from '../config/check.ts';
import { shown } from '../parsing/validation.ts';
import type { ImageDefinition } from './definitions.ts';
import { ecrRepositoryOf, type ImageReference, parseImageReference } from './reference.ts';

/** What Docker fills in where a reference names no registry (`nginx` is `docker.io/library/nginx`; splitDockerDomain of github.com/distribution/reference). */
const dockerHub = 'docker.io';

const placeOf = ({ registry = dockerHub, path }: ImageReference): string =>
  registry === dockerHub && !path.includes('/') ? `${dockerHub}/library/${path}` : `${registry}/${path}`;

/** The same account id may be another's in another partition, so only hosts of `aws` are the build account's. */
const isOwn = (reference: ImageReference, account: string): boolean =>
  ecrRepositoryOf(reference)?.account === account && !reference.registry?.endsWith('.cn');

const isListed = (reference: ImageReference, registries: string[]): boolean =>
  registries.some((listed) => `${placeOf(reference)}/`.startsWith(`${listed}/`));

/** Whether tasks may run this image: of the build account's own ECR, or of a place that `registries` of the configuration names. No image reference never is. */
export function isAllowed(image: string, { build, registries }: Pick<Config, 'build' | 'registries'>): boolean {
  const parsed = parseImageReference(image);
  if ('reason' in parsed) return false;
  return isOwn(parsed.reference, build.account) || isListed(parsed.reference, registries);
}

const placesOf = ({ build, registries }: Pick<Config, 'build' | 'registries'>): string =>
  [`${build.account}.dkr.ecr.<region>.amazonaws.com`, ...registries].join(', ');

/** A sentence for each image that comes from elsewhere than the configuration allows. */
export const registryMistakes = (images: ImageDefinition[], config: Pick<Config, 'build' | 'registries'>): string[] =>
  images
    .filter(({ imageUri }) => !isAllowed(imageUri, config))
    .map(
      ({ name, imageUri }) =>
        `The image ${shown(imageUri)} of '${name}' is not from a registry that may be used (${placesOf(config)}). Push it there, or add its registry to registries in gantry.config.ts.`,
    );
