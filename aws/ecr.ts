import {
  BatchGetImageCommand,
  ECRClient,
  type Image,
  type ImageIdentifier,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { toRequestFailure } from '../core/errors/invalid-request.ts';
import type { DigestLookup, DigestLookupResult, FoundImage, ImageTagOrDigest } from '../core/image/digest-lookups.ts';
import { tryParseManifestPlatforms } from '../core/image/platforms.ts';

/** The maximum number of images per call (botocore ecr `BatchGetImageRequest.imageIds`). */
const maxImagesPerCall = 100;

const clients = new Map<string, ECRClient>();

const clientFor = (region: string): ECRClient => {
  const client = clients.get(region) ?? new ECRClient({ region });
  clients.set(region, client);
  return client;
};

const matchesTagOrDigest = (key: ImageTagOrDigest, id: ImageIdentifier | undefined): boolean =>
  'imageTag' in key ? id?.imageTag === key.imageTag : id?.imageDigest === key.imageDigest;

/**
 * Returns the digests of images in one repository. Uses BatchGetImage, because DescribeImages fails at the first missing image. Throws PermissionError if
 * Gantry is not allowed to read the images.
 */
export async function lookUpImageDigests({ repository, keys }: DigestLookup): Promise<DigestLookupResult> {
  try {
    const batches = Array.from({ length: Math.ceil(keys.length / maxImagesPerCall) }, (_, index) =>
      lookUpDigestBatch({ repository, keys: keys.slice(index * maxImagesPerCall, (index + 1) * maxImagesPerCall) }),
    );
    return (await Promise.all(batches)).flat();
  } catch (error) {
    if (error instanceof RepositoryNotFoundException) return 'no repository';
    throw toRequestFailure(error, `looking for images in the ECR repository ${repository.repository}`);
  }
}

async function lookUpDigestBatch({ repository, keys }: DigestLookup): Promise<(FoundImage | undefined)[]> {
  const { images = [] } = await clientFor(repository.region).send(
    new BatchGetImageCommand({ registryId: repository.account, repositoryName: repository.repository, imageIds: keys }),
  );
  return keys.map((key) => toFoundImage(images.find(({ imageId }) => matchesTagOrDigest(key, imageId))));
}

const toFoundImage = ({ imageId, imageManifest }: Image = {}): FoundImage | undefined =>
  imageId?.imageDigest === undefined
    ? undefined
    : { digest: imageId.imageDigest, platforms: tryParseManifestPlatforms(imageManifest) };
