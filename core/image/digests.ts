import { Failure } from '../errors/failure.ts';
import type { ContainerImage } from '../model/release.ts';
import { formatTime } from '../parsing/time-text.ts';
import type { ImageDefinition } from './definitions.ts';
import {
  type AnsweredLookup,
  type EcrImage,
  findEcrImage,
  findImageInAnswers,
  formatImageKey,
  type ImageTagOrDigest,
  selectTagOrDigest,
} from './digest-lookups.ts';
import type { RecordedDigests } from './recorded-digests.ts';

const describeTagOrDigest = (key: ImageTagOrDigest): string =>
  'imageTag' in key ? `the tag ${key.imageTag}` : `the digest ${key.imageDigest}`;

const describeRepository = ({ repository: { account, region, repository } }: EcrImage): string =>
  `the repository ${repository} (account ${account}, ${region})`;

/** An image that ECR does not have. `gone`: an earlier target got the image, so the image was deleted since, and no correction of the release helps. */
type MissingImage = { missing: string } | { gone: string };

function describeMissingImage({ name }: ImageDefinition, image: EcrImage, noRepository: boolean): MissingImage {
  const where = describeRepository(image);
  const { recorded, requested } = image;
  if (recorded !== undefined)
    return {
      gone: `${name}: ${where} ${noRepository ? 'does not exist any more' : `no longer has an image with the digest ${recorded.digest}`}, which ${recorded.target} got from this artifact at ${formatTime(recorded.at)}.`,
    };
  if (noRepository) return { missing: `${name}: ${where} does not exist.` };
  return { missing: `${name}: ${where} has no image with ${describeTagOrDigest(requested)}.` };
}

/** Returns a note if a tag has moved to another image since an earlier target got it. */
function warnAboutMovedTag({ name }: ImageDefinition, image: EcrImage, answers: AnsweredLookup[]): string[] {
  const { recorded, requested } = image;
  if (recorded === undefined || !('imageTag' in requested)) return [];
  const now = findImageInAnswers(image, requested, answers);
  if (typeof now !== 'object' || now.digest === recorded.digest) return [];
  return [
    `${name}: the tag ${requested.imageTag} of ${describeRepository(image)} has moved since ${recorded.target} got ${recorded.digest} from this artifact at ${formatTime(recorded.at)}. That image is deployed here, too; the tag names ${now.digest} now. To deploy that one, release the change again.`,
  ];
}

interface PinnedImage {
  image: ContainerImage;
  warnings: string[];
  /** The image's key in the record, and its digest. Absent for an image outside ECR. */
  resolved?: [key: string, digest: string];
}

function pinImage(
  image: ImageDefinition,
  answers: AnsweredLookup[],
  recorded: RecordedDigests | undefined,
): PinnedImage | MissingImage {
  const ecrImage = findEcrImage(image, recorded);
  if (ecrImage === undefined) {
    const warning = `${image.name}: ${image.imageUri} is not in ECR; it was neither checked nor pinned to a digest.`;
    return { image: { ...image, pinned: image.imageUri }, warnings: [warning] };
  }
  const found = findImageInAnswers(ecrImage, selectTagOrDigest(ecrImage), answers);
  if (typeof found !== 'object') return describeMissingImage(image, ecrImage, found === 'no repository');
  const { registry, path } = ecrImage.reference;
  const { digest, platforms } = found;
  return {
    image: { ...image, pinned: `${registry}/${path}@${digest}`, platforms },
    warnings: warnAboutMovedTag(image, ecrImage, answers),
    resolved: [formatImageKey(ecrImage), digest],
  };
}

/**
 * Throws if an image is missing: RevisionUnavailable if an earlier target got the image, otherwise a ConfigurationError. The message names every missing
 * image.
 */
function assertNothingMissing(missing: MissingImage[]): void {
  if (missing.length === 0) return;
  const sentences = missing.map((one) => ('gone' in one ? one.gone : one.missing)).join(' ');
  if (missing.some((one) => 'gone' in one))
    throw new Failure('RevisionUnavailable', `Not every image exists any more. ${sentences} Release the change again.`);
  throw new Failure(
    'ConfigurationError',
    `Not every image exists. ${sentences} Push what is missing, or correct the imageUri.`,
  );
}

/** Images with their digests. `digests`: the digest of each image in ECR, by the key that `formatImageKey` makes of its reference. */
export interface PinnedImages {
  images: ContainerImage[];
  warnings: string[];
  digests: Map<string, string>;
}

/**
 * Returns the images that Gantry registers, with `repository@sha256:…` in place of each tag. A recorded digest takes precedence over the digest that the tag
 * has now. An image outside ECR keeps its tag, with a warning. Throws a ConfigurationError or RevisionUnavailable that names every missing image.
 */
export function pinImages(
  images: ImageDefinition[],
  answers: AnsweredLookup[],
  recorded?: RecordedDigests,
): PinnedImages {
  const results = images.map((image) => pinImage(image, answers, recorded));
  const pins = results.flatMap((result) => ('image' in result ? [result] : []));
  assertNothingMissing(results.flatMap((result) => ('image' in result ? [] : [result])));
  return {
    images: pins.map(({ image }) => image),
    warnings: pins.flatMap(({ warnings }) => warnings),
    digests: new Map(pins.flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]))),
  };
}
