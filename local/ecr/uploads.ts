import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation } from '../service.ts';
import { named } from './repositories.ts';
import { allowed, type Ecr, type Repository } from './state.ts';

/** The size of a part that ECR asks for. Bytes. */
const partSize = 20 * 1024 * 1024;

const initiate = (ecr: Ecr): Operation =>
  operation(z.strictObject(named), async (at, call) => {
    await allowed(ecr, call, at);
    const uploadId = ecr.cloud.uuid();
    ecr.uploads.set(uploadId, []);
    return { uploadId, partSize };
  });

const partsOf = (ecr: Ecr, repository: Repository, uploadId: string): Buffer[] => {
  const parts = ecr.uploads.get(uploadId);
  if (parts !== undefined) return parts;
  throw new AwsError(
    'UploadNotFoundException',
    `The upload with id '${uploadId}' does not exist for the repository with name '${repository.name}'`,
  );
};

const partInput = z.strictObject({
  ...named,
  uploadId: z.string(),
  partFirstByte: z.number().int(),
  partLastByte: z.number().int(),
  /** Base64 on the wire. */
  layerPartBlob: z.string(),
});

const upload = (ecr: Ecr): Operation =>
  operation(partInput, async ({ uploadId, partFirstByte: _, partLastByte, layerPartBlob, ...at }, call) => {
    const repository = await allowed(ecr, call, at);
    partsOf(ecr, repository, uploadId).push(Buffer.from(layerPartBlob, 'base64'));
    return {
      registryId: repository.registryId,
      repositoryName: repository.name,
      uploadId,
      lastByteReceived: partLastByte,
    };
  });

const completeInput = z.strictObject({ ...named, uploadId: z.string(), layerDigests: z.array(z.string()).min(1) });

const complete = (ecr: Ecr): Operation =>
  operation(completeInput, async ({ uploadId, layerDigests, ...at }, call) => {
    const repository = await allowed(ecr, call, at);
    const bytes = Buffer.concat(partsOf(ecr, repository, uploadId));
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

/** InitiateLayerUpload, UploadLayerPart and CompleteLayerUpload: what a push does for each layer that is not there yet. */
export const uploadOperations = (ecr: Ecr): Record<string, Operation> => ({
  InitiateLayerUpload: initiate(ecr),
  UploadLayerPart: upload(ecr),
  CompleteLayerUpload: complete(ecr),
});
