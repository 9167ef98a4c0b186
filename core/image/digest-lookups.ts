import { Failure } from '../errors/failure.ts';
import type { ImageDefinition } from './definitions.ts';
import type { RecordedDigest, RecordedDigests } from './recorded-digests.ts';
import { type EcrRepository, ecrRepositoryOf, type ImageReference, parseImageReference } from './reference.ts';

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

/** An image in ECR: the requested tag or digest, and the recorded digest that an earlier target got, if there is one. */
export interface EcrImage {
  reference: ImageReference;
  repository: EcrRepository;
  requested: ImageTagOrDigest;
  recorded?: RecordedDigest | undefined;
}

const requireReference = ({ imageUri }: ImageDefinition): ImageReference => {
  const parsed = parseImageReference(imageUri);
  if ('reason' in parsed)
    throw new Failure('ConfigurationError', `${imageUri} is no image reference: ${parsed.reason}.`);
  return parsed.reference;
};

/** Uses Docker's default tag `latest` if the reference has neither a tag nor a digest. */
const toTagOrDigest = ({ tag = 'latest', digest }: ImageReference): ImageTagOrDigest =>
  digest === undefined ? { imageTag: tag } : { imageDigest: digest };

/** Returns the key of a repository. The key is the same for each of ECR's host names. */
export const formatRepositoryKey = ({ account, region, repository }: EcrRepository): string =>
  `${account}/${region}/${repository}`;

/** Returns the key of an image in ECR, which is the same for each form of its reference, e.g. `111111111111/eu-west-1/web:latest`. */
export const formatImageKey = ({ repository, requested }: EcrImage): string =>
  `${formatRepositoryKey(repository)}${'imageTag' in requested ? `:${requested.imageTag}` : `@${requested.imageDigest}`}`;

/**
 * Returns an image's repository and tag or digest in ECR; undefined if the image is not in ECR. Throws a ConfigurationError for a text that is not a
 * reference.
 */
export function findEcrImage(image: ImageDefinition, recorded?: RecordedDigests): EcrImage | undefined {
  const reference = requireReference(image);
  const repository = ecrRepositoryOf(reference);
  if (repository === undefined) return undefined;
  const found: EcrImage = { reference, repository, requested: toTagOrDigest(reference) };
  return { ...found, recorded: recorded?.get(formatImageKey(found)) };
}

/** Returns the tag or digest with which Gantry asks ECR for an image to deploy: the recorded digest, or else the requested tag or digest. */
export const selectTagOrDigest = ({ requested, recorded }: EcrImage): ImageTagOrDigest =>
  recorded === undefined ? requested : { imageDigest: recorded.digest };

const isSameTagOrDigest = (a: ImageTagOrDigest, b: ImageTagOrDigest): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const removeDuplicates = (keys: ImageTagOrDigest[]): ImageTagOrDigest[] =>
  keys.filter((key, index) => keys.findIndex((other) => isSameTagOrDigest(other, key)) === index);

/**
 * Returns the queries to ECR that are needed to pin these images: one per repository. If an image has a recorded digest, the query contains its tag too, to
 * see whether the tag has moved.
 */
export function planDigestLookups(images: ImageDefinition[], recorded?: RecordedDigests): DigestLookup[] {
  const inEcr = images.flatMap((image) => findEcrImage(image, recorded) ?? []);
  const groups = Map.groupBy(inEcr, ({ repository }) => formatRepositoryKey(repository));
  return [...groups.values()].flatMap((group) => {
    const keys = removeDuplicates(group.flatMap((one) => [selectTagOrDigest(one), one.requested]));
    return group[0] === undefined ? [] : [{ repository: group[0].repository, keys }];
  });
}

/** A lookup with ECR's answer. */
export interface AnsweredLookup {
  lookup: DigestLookup;
  answer: DigestLookupResult;
}

/** Returns the image that ECR has under a tag or digest; undefined if ECR has no such image or repository. */
export function findImageInAnswers(
  { repository }: EcrImage,
  key: ImageTagOrDigest,
  answers: AnsweredLookup[],
): FoundImage | 'no repository' | undefined {
  const name = formatRepositoryKey(repository);
  const found = answers.find(({ lookup }) => formatRepositoryKey(lookup.repository) === name);
  if (found === undefined) throw new Error(`ECR was not asked for images of ${name}`);
  if (found.answer === 'no repository') return 'no repository';
  return found.answer[found.lookup.keys.findIndex((one) => isSameTagOrDigest(one, key))];
}
