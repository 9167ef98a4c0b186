import { Failure } from '../errors/failure.ts';
import type { ContainerImage } from '../model/release.ts';
import type { ImageDefinition } from './definitions.ts';
import { type EcrRepository, findEcrRepository, type ImageReference, parseImageReference } from './reference.ts';

/** How to identify an image in its repository: by digest if there is one, since a digest never changes and a tag can move. */
export type ImageTagOrDigest = { imageDigest: string } | { imageTag: string };

/** One query to ECR: the digests of these images of one repository. */
export interface DigestLookup {
  repository: EcrRepository;
  keys: ImageTagOrDigest[];
}

/** An image as ECR returns it. */
export interface FoundImage {
  digest: string;
  platforms?: string[] | undefined;
}

/** ECR's answer to a lookup, in the order of its keys; `undefined` for an image that does not exist. */
export type DigestLookupResult = (FoundImage | undefined)[] | 'no repository';

const requireReference = ({ imageUri }: ImageDefinition): ImageReference => {
  const parsed = parseImageReference(imageUri);
  if ('reason' in parsed)
    throw new Failure('ConfigurationError', `${imageUri} is no image reference: ${parsed.reason}.`);
  return parsed.reference;
};

/** Docker's own default if neither a tag nor a digest is given. */
const toTagOrDigest = ({ tag = 'latest', digest }: ImageReference): ImageTagOrDigest =>
  digest === undefined ? { imageTag: tag } : { imageDigest: digest };

const resolveEcrImage = (image: ImageDefinition) => {
  const reference = requireReference(image);
  const repository = findEcrRepository(reference);
  return repository === undefined ? [] : [{ image, reference, repository, key: toTagOrDigest(reference) }];
};

const isSameTagOrDigest = (a: ImageTagOrDigest, b: ImageTagOrDigest): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const repositoryGroupKey = ({ account, region, repository }: EcrRepository): string =>
  `${account}/${region}/${repository}`;

const removeDuplicates = (keys: ImageTagOrDigest[]): ImageTagOrDigest[] =>
  keys.filter((key, index) => keys.findIndex((other) => isSameTagOrDigest(other, key)) === index);

/** The queries to ECR that are needed to pin these images: one per repository. */
export function planDigestLookups(images: ImageDefinition[]): DigestLookup[] {
  const groups = Map.groupBy(images.flatMap(resolveEcrImage), ({ repository }) => repositoryGroupKey(repository));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ repository: first.repository, keys: removeDuplicates(group.map(({ key }) => key)) }];
  });
}

const describeTagOrDigest = (key: ImageTagOrDigest): string =>
  'imageTag' in key ? `the tag ${key.imageTag}` : `the digest ${key.imageDigest}`;

const describeMissingImage = (
  image: ImageDefinition,
  key: ImageTagOrDigest,
  { repository, answer }: AnsweredLookup,
): string => {
  const { account, region, repository: path } = repository;
  const where = `the repository ${path} (account ${account}, ${region})`;
  if (answer === 'no repository') return `${image.name}: ${where} does not exist.`;
  return `${image.name}: ${where} has no image with ${describeTagOrDigest(key)}.`;
};

interface AnsweredLookup {
  repository: EcrRepository;
  answer: DigestLookupResult;
  keys: ImageTagOrDigest[];
}

const pinImage = (
  image: ImageDefinition,
  answered: AnsweredLookup[],
): { image: ContainerImage } | { missing: string } => {
  const [ecrImage] = resolveEcrImage(image);
  if (ecrImage === undefined) return { image: { ...image, pinned: image.imageUri } };
  const found = answered.find(
    ({ repository }) => repositoryGroupKey(repository) === repositoryGroupKey(ecrImage.repository),
  );
  if (found === undefined) throw new Error(`ECR was not asked for ${image.imageUri}`);
  const resolved =
    found.answer === 'no repository'
      ? undefined
      : found.answer[found.keys.findIndex((key) => isSameTagOrDigest(key, ecrImage.key))];
  if (resolved === undefined) return { missing: describeMissingImage(image, ecrImage.key, found) };
  const { registry, path } = ecrImage.reference;
  const { digest, platforms } = resolved;
  return { image: { ...image, pinned: `${registry}/${path}@${digest}`, platforms } };
};

/**
 * The images, with `repository@sha256:…` in place of each tag: this is what Gantry registers. An image outside ECR stays as it is, with a warning.
 * Throws a ConfigurationError that names every image that does not exist.
 */
export function pinImages(
  images: ImageDefinition[],
  answers: { lookup: DigestLookup; answer: DigestLookupResult }[],
): { images: ContainerImage[]; warnings: string[] } {
  const answered = answers.map(({ lookup, answer }) => ({ ...lookup, answer }));
  const pins = images.map((image) => pinImage(image, answered));
  const absent = pins.flatMap((result) => ('missing' in result ? [result.missing] : []));
  if (absent.length > 0)
    throw new Failure(
      'ConfigurationError',
      `Not every image exists. ${absent.join(' ')} Push what is missing, or correct the imageUri.`,
    );
  return {
    images: pins.flatMap((result) => ('image' in result ? [result.image] : [])),
    warnings: images
      .filter((image) => resolveEcrImage(image).length === 0)
      .map(
        ({ name, imageUri }) => `${name}: ${imageUri} is not in ECR; it was neither checked nor pinned to a digest.`,
      ),
  };
}
