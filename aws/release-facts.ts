import { checkBucketIsArtifactStore } from '../core/artifact/both-refused.ts';
import { chooseArtifact, type SearchedArtifact, type WantedFile } from '../core/artifact/choose.ts';
import type { ArtifactHead } from '../core/artifact/refused-read.ts';
import { listArtifactBuckets } from '../core/config/artifact-stores.ts';
import type { Config } from '../core/config/check.ts';
import { areEventsForwarded } from '../core/config/targets.ts';
import { Failure, throwErrorsIfAny } from '../core/errors/failure.ts';
import { decodeUtf8, type ImageDefinition, parseImageDefinitions, parseJsonFile } from '../core/image/definitions.ts';
import { pinImages, planDigestLookups } from '../core/image/digests.ts';
import { findRegistryErrors } from '../core/image/registries.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { InputArtifact, TaskDefinitionBase } from '../core/model/release.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import type { ReleaseFacts } from '../core/request/release.ts';
import { type ArtifactAccess, findFilesInArtifact } from './artifact.ts';
import { lookUpImageDigests } from './ecr.ts';

/** Reads all data of a release request, without changing anything: the artifacts, and in ECR the digest of each image. */
export async function readReleaseFacts(request: DeployRequest, config: Config, stage?: string): Promise<ReleaseFacts> {
  const { job, encryptionKey: declared } = request;
  const access = { jobId: job?.id, declared, stores: listArtifactBuckets(config, stage) };
  const { wanted, ...files } = await readFiles(request, access);
  const registryErrors = findRegistryErrors(wanted, listAllowedImageSources(config, stage));
  if (registryErrors.length > 0) throw new Failure('ConfigurationError', registryErrors.join(' '));
  const answers = planDigestLookups(wanted).map(async (lookup) => ({
    lookup,
    answer: await lookUpImageDigests(lookup),
  }));
  const pins = pinImages(wanted, await Promise.all(answers));
  return { ...files, pins, woken: areEventsForwarded(config, request.target) };
}

interface ReleaseFiles extends Pick<ReleaseFacts, 'heads' | 'artifact' | 'base'> {
  wanted: ImageDefinition[];
}

/** Returns the requested images, and the artifact that has each file. */
async function readFiles(request: DeployRequest, access: ArtifactAccess): Promise<ReleaseFiles> {
  const { artifacts, base, fileName, images = [] } = request;
  if (artifacts.length === 0) return { wanted: images, base, heads: [] };
  const foreign =
    access.jobId === undefined ? artifacts.map((one) => checkBucketIsArtifactStore(one, access.stores)) : [];
  throwErrorsIfAny(foreign.filter((failure) => failure !== undefined));
  const list = { path: fileName, property: 'FileName' };
  const definition = base.from === 'file' ? [{ path: base.path, property: 'TaskDefinition' }] : [];
  const searched = await searchArtifacts(artifacts, [list, ...definition], access);
  const { location, lookup } = chooseArtifact(atFile(searched, list), list);
  return {
    base: definition.reduce((found, file) => findDefinition(searched, file) ?? found, base),
    wanted: parseImageDefinitions(lookup.bytes, fileName),
    artifact: location,
    heads: searched.map(({ head }) => head),
  };
}

type SearchedFile = SearchedArtifact & { location: InputArtifact };

interface SearchedFiles {
  head: ArtifactHead;
  files: Map<WantedFile, SearchedFile>;
}

/** Reads the artifacts one after another, because a function's memory does not hold several of the largest artifacts. */
async function searchArtifacts(
  artifacts: InputArtifact[],
  wanted: WantedFile[],
  access: ArtifactAccess,
): Promise<SearchedFiles[]> {
  const searched: SearchedFiles[] = [];
  for (const artifact of artifacts)
    searched.push(await findFilesInArtifact(artifact, wanted, { ...access, alone: artifacts.length === 1 }));
  return searched;
}

const atFile = (searched: SearchedFiles[], file: WantedFile): SearchedFile[] =>
  searched.flatMap(({ files }) => files.get(file) ?? []);

/** Returns the task definition file that the release builds on. Parses it, so that its syntax errors are reported now. */
function findDefinition(searched: SearchedFiles[], file: WantedFile): TaskDefinitionBase {
  const { location, lookup } = chooseArtifact(atFile(searched, file), file);
  parseJsonFile(decodeUtf8(lookup.bytes, file.path), file.path);
  return { from: 'file', path: file.path, artifact: location };
}
