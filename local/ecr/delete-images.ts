import { z } from 'zod';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { findImage, type ImageId, imageIdSchema } from './images.ts';
import { repositoryKeyFields } from './repositories.ts';
import { type Ecr, getAuthorizedRepository, type ImageRepository } from './state.ts';

const batchDeleteImageSchema = z.strictObject({
  ...repositoryKeyFields,
  imageIds: z.array(imageIdSchema).min(1).max(100),
});

/** Removes a tag, and removes the image with its last tag. With a digest, removes the image with all its tags (botocore ecr `BatchDeleteImage`). */
function deleteImage({ images, tags }: ImageRepository, digest: string, { imageTag }: ImageId): void {
  for (const [tag, of] of tags) if (of === digest && (imageTag === undefined || imageTag === tag)) tags.delete(tag);
  if (![...tags.values()].includes(digest)) images.delete(digest);
}

const batchDeleteImage = (ecr: Ecr): Operation =>
  defineOperation(batchDeleteImageSchema, async ({ imageIds, ...at }, call) => {
    const repository = await getAuthorizedRepository(ecr, call, at);
    const deleted: ImageId[] = [];
    const failures: object[] = [];
    for (const id of imageIds) {
      const image = findImage(repository, id);
      if (image === undefined)
        failures.push({ imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' });
      else {
        deleteImage(repository, image.digest, id);
        deleted.push({ imageDigest: image.digest, imageTag: id.imageTag });
      }
    }
    return { imageIds: deleted, failures };
  });

/** BatchDeleteImage. */
export const imageDeletionOperations = (ecr: Ecr): Record<string, Operation> => ({
  BatchDeleteImage: batchDeleteImage(ecr),
});
