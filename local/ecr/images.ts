import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { repositoryKeyFields } from './repositories.ts';
import { type Ecr, type EcrImage, getAuthorizedRepository, type ImageRepository, repositoryInWords } from './state.ts';

export const imageIdSchema = z.strictObject({ imageDigest: z.string().optional(), imageTag: z.string().optional() });
export type ImageId = z.infer<typeof imageIdSchema>;

const manifestSchema = z.looseObject({
  mediaType: z.string().default('application/vnd.oci.image.manifest.v1+json'),
  config: z.looseObject({ size: z.number().default(0) }).optional(),
  layers: z.array(z.looseObject({ size: z.number().default(0) })).default([]),
});

const putImageSchema = z.strictObject({
  ...repositoryKeyFields,
  imageManifest: z.string(),
  imageManifestMediaType: z.string().optional(),
  imageTag: z.string().optional(),
  imageDigest: z.string().optional(),
});

const imageView = (repository: ImageRepository, image: EcrImage, imageTag?: string): Record<string, unknown> => ({
  registryId: repository.registryId,
  repositoryName: repository.name,
  imageId: { imageDigest: image.digest, imageTag },
  imageManifest: image.manifest,
  imageManifestMediaType: image.mediaType,
});

const refuseTakenTag = (repository: ImageRepository, digest: string, tag: string | undefined): void => {
  const taken = tag === undefined ? repository.images.get(digest)?.digest : repository.tags.get(tag);
  if (taken === digest)
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in ${repositoryInWords(repository)}`,
    );
  if (taken !== undefined && repository.imageTagMutability === 'IMMUTABLE')
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
};

/** Parses a manifest; throws InvalidParameterException if it is not JSON. */
export const parseManifest = (imageManifest: string) => {
  try {
    return manifestSchema.parse(JSON.parse(imageManifest));
  } catch {
    throw new AwsError(
      'InvalidParameterException',
      "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    );
  }
};

const putImage = (ecr: Ecr): Operation =>
  defineOperation(
    putImageSchema,
    async ({ imageManifest, imageManifestMediaType, imageTag, imageDigest, ...at }, call) => {
      const repository = await getAuthorizedRepository(ecr, call, at);
      const mediaType = imageManifestMediaType ?? parseManifest(imageManifest).mediaType;
      const digest = `sha256:${createHash('sha256').update(imageManifest).digest('hex')}`;
      if (imageDigest !== undefined && imageDigest !== digest)
        throw new AwsError(
          'ImageDigestDoesNotMatchException',
          'The specified image digest does not match the digest of the image manifest.',
        );
      refuseTakenTag(repository, digest, imageTag);
      const pushedAt = new Date(ecr.cloud.clock.now());
      const image = repository.images.get(digest) ?? { digest, manifest: imageManifest, mediaType, pushedAt };
      repository.images.set(digest, image);
      if (imageTag !== undefined) repository.tags.set(imageTag, digest);
      return { image: imageView(repository, image, imageTag) };
    },
  );

/** Finds the image with this tag or digest, or with both if they match. */
export const findImage = (repository: ImageRepository, { imageDigest, imageTag }: ImageId): EcrImage | undefined => {
  const digest = imageTag === undefined ? imageDigest : repository.tags.get(imageTag);
  const mismatch = imageDigest !== undefined && digest !== imageDigest;
  return mismatch ? undefined : repository.images.get(digest ?? '');
};

const batchGetImageSchema = z.strictObject({
  ...repositoryKeyFields,
  imageIds: z.array(imageIdSchema).min(1).max(100),
  acceptedMediaTypes: z.array(z.string()).optional(),
});

/** Images that do not exist are reported as failures in a response with status 200. */
const batchGetImage = (ecr: Ecr): Operation =>
  defineOperation(batchGetImageSchema, async ({ imageIds, acceptedMediaTypes: _, ...at }, call) => {
    const repository = await getAuthorizedRepository(ecr, call, at);
    const found = imageIds.map((id) => ({ id, image: findImage(repository, id) }));
    return {
      images: found.flatMap(({ id, image }) =>
        image === undefined ? [] : [imageView(repository, image, id.imageTag)],
      ),
      failures: found
        .filter(({ image }) => image === undefined)
        .map(({ id }) => ({ imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' })),
    };
  });

/** PutImage and BatchGetImage. */
export const imageOperations = (ecr: Ecr): Record<string, Operation> => ({
  PutImage: putImage(ecr),
  BatchGetImage: batchGetImage(ecr),
});
