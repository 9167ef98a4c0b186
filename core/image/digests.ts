import { Failure } from '../errors/failure.ts';
import type { Image } from '../model/release.ts';
import type { ImageDefinition } from './definitions.ts';
import { type EcrRepository, ecrRepositoryOf, type ImageReference, parseImageReference } from './reference.ts';

/** How an image is asked for in its repository: by digest where one is given, since a digest names it for good and a tag may have moved. */
export type ImageKey = { imageDigest: string } | { imageTag: string };

/** One question to ECR: the digests of these images of one repository. */
export interface Lookup {
  repository: EcrRepository;
  keys: ImageKey[];
}

/** ECR's answer to a lookup, in the order of its keys; `undefined` stands for an image that is not there. */
export type Digests = (string | undefined)[] | 'no repository';

const referenceOf = ({ imageUri }: ImageDefinition): ImageReference => {
  const parsed = parseImageReference(imageUri);
  if ('reason' in parsed)
    throw new Failure('ConfigurationError', `${imageUri} is no image reference: ${parsed.reason}.`);
  return parsed.reference;
};

/** Docker's own default where neither a tag nor a digest is given. */
const keyOf = ({ tag = 'latest', digest }: ImageReference): ImageKey =>
  digest === undefined ? { imageTag: tag } : { imageDigest: digest };

const inEcr = (image: ImageDefinition) => {
  const reference = referenceOf(image);
  const repository = ecrRepositoryOf(reference);
  return repository === undefined ? [] : [{ image, reference, repository, key: keyOf(reference) }];
};

const sameKey = (a: ImageKey, b: ImageKey): boolean => JSON.stringify(a) === JSON.stringify(b);

const together = ({ account, region, repository }: EcrRepository): string => `${account}/${region}/${repository}`;

const distinct = (keys: ImageKey[]): ImageKey[] =>
  keys.filter((key, index) => keys.findIndex((other) => sameKey(other, key)) === index);

/** What must be asked of ECR to pin these images: one question per repository. */
export function lookupsOf(images: ImageDefinition[]): Lookup[] {
  const groups = Map.groupBy(images.flatMap(inEcr), ({ repository }) => together(repository));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ repository: first.repository, keys: distinct(group.map(({ key }) => key)) }];
  });
}

const nameOf = (key: ImageKey): string =>
  'imageTag' in key ? `the tag ${key.imageTag}` : `the digest ${key.imageDigest}`;

const missing = (image: ImageDefinition, key: ImageKey, { repository, answer }: Answered): string => {
  const { account, region, repository: path } = repository;
  const where = `the repository ${path} (account ${account}, ${region})`;
  if (answer === 'no repository') return `${image.name}: ${where} does not exist.`;
  return `${image.name}: ${where} has no image with ${nameOf(key)}.`;
};

interface Answered {
  repository: EcrRepository;
  answer: Digests;
  keys: ImageKey[];
}

const pin = (image: ImageDefinition, answered: Answered[]): { image: Image } | { missing: string } => {
  const [asked] = inEcr(image);
  if (asked === undefined) return { image: { ...image, pinned: image.imageUri } };
  const found = answered.find(({ repository }) => together(repository) === together(asked.repository));
  if (found === undefined) throw new Error(`ECR was not asked for ${image.imageUri}`);
  const digest =
    found.answer === 'no repository' ? undefined : found.answer[found.keys.findIndex((key) => sameKey(key, asked.key))];
  if (digest === undefined) return { missing: missing(image, asked.key, found) };
  const { registry, path } = asked.reference;
  return { image: { ...image, pinned: `${registry}/${path}@${digest}` } };
};

/**
 * The images with what will be registered in place of a tag: `repository@sha256:…`. An image outside of ECR stays as it is, with a warning.
 * Throws a ConfigurationError that names every image that does not exist.
 */
export function pinned(
  images: ImageDefinition[],
  answers: { lookup: Lookup; answer: Digests }[],
): { images: Image[]; warnings: string[] } {
  const answered = answers.map(({ lookup, answer }) => ({ ...lookup, answer }));
  const pins = images.map((image) => pin(image, answered));
  const absent = pins.flatMap((result) => ('missing' in result ? [result.missing] : []));
  if (absent.length > 0)
    throw new Failure(
      'ConfigurationError',
      `Not every image exists. ${absent.join(' ')} Push what is missing, or correct the imageUri.`,
    );
  return {
    images: pins.flatMap((result) => ('image' in result ? [result.image] : [])),
    warnings: images
      .filter((image) => inEcr(image).length === 0)
      .map(
        ({ name, imageUri }) => `${name}: ${imageUri} is not in ECR; it was neither checked nor pinned to a digest.`,
      ),
  };
}
