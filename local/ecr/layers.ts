import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { dnsSuffix } from '../partition.ts';
import { repositoryKeyFields } from './repositories.ts';
import { type Ecr, getAuthorizedRepository, type ImageRepository, repositoryInWords } from './state.ts';

/** A token is valid for 12 hours (botocore ecr GetAuthorizationToken). Milliseconds. */
const tokenLifetimeMs = 12 * 60 * 60_000;

const getAuthorizationToken = (ecr: Ecr): Operation =>
  defineOperation(z.strictObject({ registryIds: z.array(z.string()).optional() }), async ({ registryIds }, call) => {
    await call.allow('ecr:GetAuthorizationToken', '*');
    const authorizationToken = Buffer.from(`AWS:${ecr.cloud.hex(64)}`).toString('base64');
    return {
      authorizationData: (registryIds ?? [call.caller.account]).map((registryId) => ({
        authorizationToken,
        expiresAt: new Date(ecr.cloud.clock.now() + tokenLifetimeMs),
        proxyEndpoint: `https://${registryId}.dkr.ecr.${call.region}.${dnsSuffix(call.region)}`,
      })),
    };
  });

/** A layer exists if it was uploaded or a manifest names it; its bytes are not kept. */
const hasLayer = ({ images, layers }: ImageRepository, digest: string): boolean =>
  layers.has(digest) || [...images.values()].some(({ manifest }) => manifest.includes(`"${digest}"`));

const batchCheckLayerAvailability = (ecr: Ecr): Operation =>
  defineOperation(
    z.strictObject({ ...repositoryKeyFields, layerDigests: z.array(z.string()) }),
    async ({ layerDigests, ...at }, call) => {
      const repository = await getAuthorizedRepository(ecr, call, at);
      const layers = layerDigests.map((layerDigest) => ({
        layerDigest,
        layerAvailability: hasLayer(repository, layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
      }));
      return { layers, failures: [] };
    },
  );

const getDownloadUrlForLayer = (ecr: Ecr): Operation =>
  defineOperation(
    z.strictObject({ ...repositoryKeyFields, layerDigest: z.string() }),
    async ({ layerDigest, ...at }, call) => {
      const repository = await getAuthorizedRepository(ecr, call, at);
      if (!hasLayer(repository, layerDigest))
        throw new AwsError(
          'LayersNotFoundException',
          `The layer with digest '${layerDigest}' does not exist in ${repositoryInWords(repository)}`,
        );
      return {
        downloadUrl: `${ecr.cloud.url}/${repository.registryId}/${repository.name}/${layerDigest}`,
        layerDigest,
      };
    },
  );

/** What a pull needs besides the manifest: GetAuthorizationToken, BatchCheckLayerAvailability and GetDownloadUrlForLayer. */
export const layerOperations = (ecr: Ecr): Record<string, Operation> => ({
  GetAuthorizationToken: getAuthorizationToken(ecr),
  BatchCheckLayerAvailability: batchCheckLayerAvailability(ecr),
  GetDownloadUrlForLayer: getDownloadUrlForLayer(ecr),
});
