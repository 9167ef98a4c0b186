import {
  BatchGetImageCommand,
  ECRClient,
  type ImageIdentifier,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { failureOf } from '../core/errors/aws-failure.ts';
import type { Digests, ImageKey, Lookup } from '../core/image/digests.ts';

/** Most images per call (botocore ecr `BatchGetImageRequest.imageIds`). */
const batch = 100;

const clients = new Map<string, ECRClient>();

const clientFor = (region: string): ECRClient => {
  const client = clients.get(region) ?? new ECRClient({ region });
  clients.set(region, client);
  return client;
};

const isFor = (key: ImageKey, id: ImageIdentifier | undefined): boolean =>
  'imageTag' in key ? id?.imageTag === key.imageTag : id?.imageDigest === key.imageDigest;

/** The digests of images in one repository. BatchGetImage, because DescribeImages stops at the first that is missing. Throws PermissionError where we may not look. */
export async function digestsOf({ repository, keys }: Lookup): Promise<Digests> {
  try {
    const batches = Array.from({ length: Math.ceil(keys.length / batch) }, (_, index) =>
      digestsOfBatch({ repository, keys: keys.slice(index * batch, (index + 1) * batch) }),
    );
    return (await Promise.all(batches)).flat();
  } catch (error) {
    if (error instanceof RepositoryNotFoundException) return 'no repository';
    throw failureOf(error, `looking for images in the ECR repository ${repository.repository}`);
  }
}

async function digestsOfBatch({ repository, keys }: Lookup): Promise<(string | undefined)[]> {
  const { images = [] } = await clientFor(repository.region).send(
    new BatchGetImageCommand({ registryId: repository.account, repositoryName: repository.repository, imageIds: keys }),
  );
  return keys.map((key) => images.find(({ imageId }) => isFor(key, imageId))?.imageId?.imageDigest);
}
