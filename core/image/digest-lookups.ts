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

/** An image in ECR: what was requested, and the digest that an earlier target got, if one is recorded. */
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

/** Docker's own default if neither a tag nor a digest is given. */
const toTagOrDigest = ({ tag = 'latest', digest }: ImageReference): ImageTagOrDigest =>
  digest === undefined ? { imageTag: tag } : { imageDigest: digest };

/** Returns one key for a repository, for any of ECR's host names in the reference. */
export const formatRepositoryKey = ({ account, region, repository }: EcrRepository): string =>
  `${account}/${region}/${repository}`;

/** Returns one key for an image in ECR, for any form of its reference, e.g. `111111111111/eu-west-1/web:latest`. */
export const formatImageKey = ({ repository, requested }: EcrImage): string =>
  `${formatRepositoryKey(repository)}${'imageTag' in requested ? `:${requested.imageTag}` : `@${requested.imageDigest}`}`;

/** Returns an image's place in ECR; undefined if it is not in ECR. Throws a ConfigurationError for a text that is not a reference. */
export function findEcrImage(image: ImageDefinition, recorded?: RecordedDigests): EcrImage | undefined {
  const reference = requireReference(image);
  const repository = ecrRepositoryOf(reference);
  if (repository === undefined) return undefined;
  const found: EcrImage = { reference, repository, requested: toTagOrDigest(reference) };
  return { ...found, recorded: recorded?.get(formatImageKey(found)) };
}

/** Returns the key with which ECR is queried for an image to deploy: the recorded digest, or else the requested tag or digest. */
export const selectTagOrDigest = ({ requested, recorded }: EcrImage): ImageTagOrDigest =>
  recorded === undefined ? requested : { imageDigest: recorded.digest };

const isSameTagOrDigest = (a: ImageTagOrDigest, b: ImageTagOrDigest): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const removeDuplicates = (keys: ImageTagOrDigest[]): ImageTagOrDigest[] =>
  keys.filter((key, index) => keys.findIndex((other) => isSameTagOrDigest(other, key)) === index);

/**
 * Returns the queries to ECR that are needed to pin these images: one per repository. An image with a recorded digest is looked up by its tag, too, to
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

/** Returns what ECR has under a tag or digest; undefined if it has no such image or repository. */
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
