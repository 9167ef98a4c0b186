import { fileFromZip } from '../core/artifact/zip.ts';
import type { Config } from '../core/config/check.ts';
import { isForwarded } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { type ImageDefinition, jsonOf, parseImageDefinitions, textOf } from '../core/image/definitions.ts';
import { lookupsOf, pinned } from '../core/image/digests.ts';
import { registryMistakes } from '../core/image/registries.ts';
import type { Request } from '../core/request/parse.ts';
import type { Findings } from '../core/request/release.ts';
import { type Artifact, getArtifact } from './artifact.ts';
import { digestsOf } from './ecr.ts';

/** Looks at all that a release is made from, without touching anything: the artifact, and in ECR the digest of each image. */
export async function lookAtRelease(request: Request, config: Config): Promise<Findings> {
  const artifact = request.artifact && (await getArtifact(request.artifact, request.encryptionKey));
  const wanted = await imagesIn(request, artifact);
  const strangers = registryMistakes(wanted, config);
  if (strangers.length > 0) throw new Failure('ConfigurationError', strangers.join(' '));
  const answers = lookupsOf(wanted).map(async (lookup) => ({ lookup, answer: await digestsOf(lookup) }));
  const pins = pinned(wanted, await Promise.all(answers));
  return { artifact, pins, woken: isForwarded(config, request.target) };
}

/** The images that are asked for. A task definition that the release builds on is looked at too, so that its mistakes show now. */
async function imagesIn(
  { base, fileName, images }: Request,
  artifact: Artifact | undefined,
): Promise<ImageDefinition[]> {
  if (artifact === undefined) return images ?? [];
  if (base.from === 'file') jsonOf(textOf(await fileFromZip(artifact.bytes, base.path), base.path), base.path);
  return parseImageDefinitions(await fileFromZip(artifact.bytes, fileName), fileName);
}
