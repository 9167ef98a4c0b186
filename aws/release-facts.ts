import { extractFile } from '../core/artifact/zip.ts';
import type { Config } from '../core/config/check.ts';
import { areEventsForwarded } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { decodeUtf8, type ImageDefinition, parseImageDefinitions, parseJsonFile } from '../core/image/definitions.ts';
import { pinImages, planDigestLookups } from '../core/image/digests.ts';
import { findRegistryErrors } from '../core/image/registries.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import type { ReleaseFacts } from '../core/request/release.ts';
import { type FetchedArtifact, fetchArtifact } from './artifact.ts';
import { lookUpDigests } from './ecr.ts';

/** Looks at all that a release is made from, without touching anything: the artifact, and in ECR the digest of each image. */
export async function readReleaseFacts(request: DeployRequest, config: Config): Promise<ReleaseFacts> {
  const artifact = request.artifact && (await fetchArtifact(request.artifact, request.encryptionKey));
  const wanted = await readImageDefinitions(request, artifact);
  const strangers = findRegistryErrors(wanted, config);
  if (strangers.length > 0) throw new Failure('ConfigurationError', strangers.join(' '));
  const answers = planDigestLookups(wanted).map(async (lookup) => ({ lookup, answer: await lookUpDigests(lookup) }));
  const pins = pinImages(wanted, await Promise.all(answers));
  return { artifact, pins, woken: areEventsForwarded(config, request.target) };
}

/** The images that are asked for. A task definition that the release builds on is looked at too, so that its mistakes show now. */
async function readImageDefinitions(
  { base, fileName, images }: DeployRequest,
  artifact: FetchedArtifact | undefined,
): Promise<ImageDefinition[]> {
  if (artifact === undefined) return images ?? [];
  if (base.from === 'file')
    parseJsonFile(decodeUtf8(await extractFile(artifact.bytes, base.path), base.path), base.path);
  return parseImageDefinitions(await extractFile(artifact.bytes, fileName), fileName);
}
