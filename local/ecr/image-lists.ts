import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { findImage, type ImageId, imageIdSchema, parseManifest } from './images.ts';
import { repositoryKeyFields } from './repositories.ts';
import { type Ecr, type EcrImage, getAuthorizedRepository, type ImageRepository, repositoryInWords } from './state.ts';

const tagsOf = ({ tags }: ImageRepository, digest: string): string[] =>
  [...tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);

const imageDetailView = (repository: ImageRepository, image: EcrImage): Record<string, unknown> => {
  const { config, layers } = parseManifest(image.manifest);
  const imageTags = tagsOf(repository, image.digest);
  return {
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    imageTags: imageTags.length > 0 ? imageTags : undefined,
    imageSizeInBytes: layers.reduce((sum, layer) => sum + layer.size, config?.size ?? 0),
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
  };
};

const getImage = (repository: ImageRepository, id: ImageId): EcrImage => {
  const image = findImage(repository, id);
  if (image !== undefined) return image;
  const { imageDigest = 'null', imageTag = 'null' } = id;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within ${repositoryInWords(repository)}`,
  );
};

const describeImages = (ecr: Ecr): Operation =>
  defineOperation(
    z.strictObject({ ...repositoryKeyFields, imageIds: z.array(imageIdSchema).optional() }),
    async ({ imageIds, ...at }, call) => {
      const repository = await getAuthorizedRepository(ecr, call, at);
      const images = imageIds?.map((id) => getImage(repository, id)) ?? [...repository.images.values()];
      return { imageDetails: images.map((image) => imageDetailView(repository, image)) };
    },
  );

const listImages = (ecr: Ecr): Operation =>
  defineOperation(z.strictObject(repositoryKeyFields), async (at, call) => {
    const repository = await getAuthorizedRepository(ecr, call, at);
    const idsOf = (imageDigest: string): ImageId[] => {
      const tags = tagsOf(repository, imageDigest);
      return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
    };
    return { imageIds: [...repository.images.keys()].flatMap(idsOf) };
  });

/** DescribeImages and ListImages. */
export const imageListOperations = (ecr: Ecr): Record<string, Operation> => ({
  DescribeImages: describeImages(ecr),
  ListImages: listImages(ecr),
});
