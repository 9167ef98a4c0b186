import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation } from '../service.ts';
import { named } from './repositories.ts';
import { allowed, type Ecr, type Repository, whereIs } from './state.ts';

/** A token is good for 12 hours (botocore ecr GetAuthorizationToken). Milliseconds. */
const tokenMs = 12 * 60 * 60_000;

const token = (ecr: Ecr): Operation =>
  operation(z.strictObject({ registryIds: z.array(z.string()).optional() }), async ({ registryIds }, call) => {
    await call.allow('ecr:GetAuthorizationToken', '*');
    const authorizationToken = Buffer.from(`AWS:${ecr.cloud.hex(64)}`).toString('base64');
    return {
      authorizationData: (registryIds ?? [call.caller.account]).map((registryId) => ({
        authorizationToken,
        expiresAt: new Date(ecr.cloud.clock.now() + tokenMs),
        proxyEndpoint: `https://${registryId}.dkr.ecr.${call.region}.amazonaws.com`,
      })),
    };
  });

/** Layers are known by their upload or by the manifests that name them; their bytes are not kept. */
const has = ({ images, layers }: Repository, digest: string): boolean =>
  layers.has(digest) || [...images.values()].some(({ manifest }) => manifest.includes(`"${digest}"`));

const check = (ecr: Ecr): Operation =>
  operation(z.strictObject({ ...named, layerDigests: z.array(z.string()) }), async ({ layerDigests, ...at }, call) => {
    const repository = await allowed(ecr, call, at);
    const layers = layerDigests.map((layerDigest) => ({
      layerDigest,
      layerAvailability: has(repository, layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
    }));
    return { layers, failures: [] };
  });

const url = (ecr: Ecr): Operation =>
  operation(z.strictObject({ ...named, layerDigest: z.string() }), async ({ layerDigest, ...at }, call) => {
    const repository = await allowed(ecr, call, at);
    if (!has(repository, layerDigest))
      throw new AwsError(
        'LayersNotFoundException',
        `The layer with digest '${layerDigest}' does not exist in ${whereIs(repository)}`,
      );
    return { downloadUrl: `${ecr.cloud.url}/${repository.registryId}/${repository.name}/${layerDigest}`, layerDigest };
  });

/** What a pull asks for besides the manifest: GetAuthorizationToken, BatchCheckLayerAvailability and GetDownloadUrlForLayer. */
export const layerOperations = (ecr: Ecr): Record<string, Operation> => ({
  GetAuthorizationToken: token(ecr),
  BatchCheckLayerAvailability: check(ecr),
  GetDownloadUrlForLayer: url(ecr),
});
