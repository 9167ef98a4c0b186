import * as z from 'zod';
import config from '#config';
import { digestsOf } from '../aws/ecr.ts';
import { door } from '../aws/lambda.ts';
import { type Artifact, getArtifact } from '../aws/s3.ts';
import { fileFromZip } from '../core/artifact.ts';
import type { Release } from '../core/deployment.ts';
import { type ImageDefinition, jsonOf, parseImageDefinitions, textOf } from '../core/image-definitions.ts';
import { lookupsOf, pinned } from '../core/image-pins.ts';
import { releaseOf } from '../core/release.ts';
import { parseRequest, type Request } from '../core/request.ts';

const event = z.object({ input: z.unknown() });

/** State Read Images: understands what is asked, reads the artifact and pins every image to its digest, before anything is touched. */
export const handler = door(
  (given) => parseRequest(event.parse(given).input, config, process.env.STAGE),
  async (request, { now }): Promise<Release> => {
    const artifact = request.artifact && (await getArtifact(request.artifact, request.encryptionKey));
    const wanted = await imagesIn(request, artifact);
    const answers = lookupsOf(wanted).map(async (lookup) => ({ lookup, answer: await digestsOf(lookup) }));
    return releaseOf(request, { artifact, pins: pinned(wanted, await Promise.all(answers)), now });
  },
);

/** The images that are asked for. A task definition that the release builds on is looked at too, so that its mistakes show now. */
async function imagesIn(
  { base, fileName, images }: Request,
  artifact: Artifact | undefined,
): Promise<ImageDefinition[]> {
  if (artifact === undefined) return images ?? [];
  if (base.from === 'file') jsonOf(textOf(await fileFromZip(artifact.bytes, base.path), base.path), base.path);
  return parseImageDefinitions(await fileFromZip(artifact.bytes, fileName), fileName);
}
