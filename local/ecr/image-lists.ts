import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation } from '../service.ts';
import { find, type ImageId, imageId, parsed } from './images.ts';
import { named } from './repositories.ts';
import { allowed, type Ecr, type Image, type Repository, whereIs } from './state.ts';

const tagsOf = ({ tags }: Repository, digest: string): string[] =>
  [...tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);

const detail = (repository: Repository, image: Image): Record<string, unknown> => {
  const { config, layers } = parsed(image.manifest);
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

const found = (repository: Repository, id: ImageId): Image => {
  const image = find(repository, id);
  if (image !== undefined) return image;
  const { imageDigest = 'null', imageTag = 'null' } = id;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within ${whereIs(repository)}`,
  );
};

const describe = (ecr: Ecr): Operation =>
  operation(z.strictObject({ ...named, imageIds: z.array(imageId).optional() }), async ({ imageIds, ...at }, call) => {
    const repository = await allowed(ecr, call, at);
    const images = imageIds?.map((id) => found(repository, id)) ?? [...repository.images.values()];
    return { imageDetails: images.map((image) => detail(repository, image)) };
  });

const list = (ecr: Ecr): Operation =>
  operation(z.strictObject(named), async (at, call) => {
    const repository = await allowed(ecr, call, at);
    const idsOf = (imageDigest: string): ImageId[] => {
      const tags = tagsOf(repository, imageDigest);
      return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
    };
    return { imageIds: [...repository.images.keys()].flatMap(idsOf) };
  });

/** DescribeImages and ListImages. */
export const imageListOperations = (ecr: Ecr): Record<string, Operation> => ({
  DescribeImages: describe(ecr),
  ListImages: list(ecr),
});
