import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { repositoryKeyFields } from './repositories.ts';
import { type Ecr, getAuthorizedRepository, type ImageRepository } from './state.ts';

/** The size of an upload's parts that ECR requests, in bytes. */
const partSize = 20 * 1024 * 1024;

const initiateLayerUpload = (ecr: Ecr): Operation =>
  defineOperation(z.strictObject(repositoryKeyFields), async (at, call) => {
    await getAuthorizedRepository(ecr, call, at);
    const uploadId = ecr.cloud.uuid();
    ecr.uploads.set(uploadId, []);
    return { uploadId, partSize };
  });

const getUploadedParts = (ecr: Ecr, repository: ImageRepository, uploadId: string): Buffer[] => {
  const parts = ecr.uploads.get(uploadId);
  if (parts !== undefined) return parts;
  throw new AwsError(
    'UploadNotFoundException',
    `The upload with id '${uploadId}' does not exist for the repository with name '${repository.name}'`,
  );
};

const uploadLayerPartSchema = z.strictObject({
  ...repositoryKeyFields,
  uploadId: z.string(),
  partFirstByte: z.number().int(),
  partLastByte: z.number().int(),
  /** Base64 in the request. */
  layerPartBlob: z.string(),
});

const uploadLayerPart = (ecr: Ecr): Operation =>
  defineOperation(
    uploadLayerPartSchema,
    async ({ uploadId, partFirstByte: _, partLastByte, layerPartBlob, ...at }, call) => {
      const repository = await getAuthorizedRepository(ecr, call, at);
      getUploadedParts(ecr, repository, uploadId).push(Buffer.from(layerPartBlob, 'base64'));
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        uploadId,
        lastByteReceived: partLastByte,
      };
    },
  );

const completeLayerUploadSchema = z.strictObject({
  ...repositoryKeyFields,
  uploadId: z.string(),
  layerDigests: z.array(z.string()).min(1),
});

const completeLayerUpload = (ecr: Ecr): Operation =>
  defineOperation(completeLayerUploadSchema, async ({ uploadId, layerDigests, ...at }, call) => {
    const repository = await getAuthorizedRepository(ecr, call, at);
    const bytes = Buffer.concat(getUploadedParts(ecr, repository, uploadId));
    const layerDigest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (!layerDigests.includes(layerDigest))
      throw new AwsError(
        'InvalidLayerException',
        `The layer's digest is ${layerDigest}, not ${layerDigests.join(', ')}`,
      );
    ecr.uploads.delete(uploadId);
    repository.layers.add(layerDigest);
    return { registryId: repository.registryId, repositoryName: repository.name, uploadId, layerDigest };
  });

/** InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload: a push calls them for each missing layer. */
export const uploadOperations = (ecr: Ecr): Record<string, Operation> => ({
  InitiateLayerUpload: initiateLayerUpload(ecr),
  UploadLayerPart: uploadLayerPart(ecr),
  CompleteLayerUpload: completeLayerUpload(ecr),
});
