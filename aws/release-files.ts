import { checkBucketIsArtifactStore } from '../core/artifact/both-refused.ts';
import { chooseArtifact, type SearchedArtifact, type WantedFile } from '../core/artifact/choose.ts';
import { Failure, throwErrorsIfAny } from '../core/errors/failure.ts';
import { type ImageDefinition, parseImageDefinitions } from '../core/image/definitions.ts';
import type { InputArtifact, TaskDefinitionBase } from '../core/model/release.ts';
import { decodeUtf8, parseJsonFile } from '../core/parsing/json-file.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { parseTaskDefinitionFile } from '../core/task-definition/file.ts';
import type { RawTaskDefinition } from '../core/task-definition/raw.ts';
import { type ArtifactAccess, type ArtifactSearchResult, findFilesInArtifact } from './artifact.ts';
import type { ArtifactWithRecord } from './artifact-images.ts';
import type { RecordAccess } from './artifact-records.ts';
import { isTableUnavailable } from './dynamodb.ts';

type SearchedFile = SearchedArtifact & { location: InputArtifact };
/** An artifact that was searched for the files. */
export type SearchedArtifactFiles = ArtifactSearchResult<WantedFile>;
/** A file that was found: the artifact that has it, with its record. */
type FileSource = ArtifactWithRecord & { location: InputArtifact };

/** The files of a release, from its artifacts. */
export interface ReleaseFiles {
  searched: SearchedArtifactFiles[];
  /** The requested images, and the artifact that lists them. */
  wanted: ImageDefinition[];
  list?: FileSource | undefined;
  base: TaskDefinitionBase;
  /** The task definition file; absent if there is none, or if Check Target will refuse it. */
  definition?: { content: RawTaskDefinition; source: FileSource } | undefined;
}

/**
 * Reads the artifacts of a request. Returns the requested images, and the artifact that has each file. Throws like `findFilesInArtifact`, and a
 * ConfigurationError if a file is missing or invalid.
 */
export async function readReleaseFiles(
  request: DeployRequest,
  access: ArtifactAccess,
  records: RecordAccess,
): Promise<ReleaseFiles> {
  const { artifacts, base, fileName, images = [] } = request;
  if (artifacts.length === 0) return { wanted: images, base, searched: [] };
  const foreign =
    access.jobId === undefined ? artifacts.map((one) => checkBucketIsArtifactStore(one, access.stores)) : [];
  throwErrorsIfAny(foreign.filter((failure) => failure !== undefined));
  const list = { path: fileName, property: 'FileName' };
  const file = base.from === 'file' ? { path: base.path, property: 'TaskDefinition' } : undefined;
  const searched = await searchArtifacts(artifacts, file === undefined ? [list] : [list, file], { ...access, records });
  const found = chooseFile(searched, list);
  return {
    searched,
    wanted: parseImageDefinitions(found.bytes, fileName),
    list: found.source,
    ...(file === undefined ? { base } : readDefinition(chooseFile(searched, file), file)),
  };
}

/** Reads the artifacts one after another, because a function's memory does not hold several of the largest artifacts. */
async function searchArtifacts(
  artifacts: InputArtifact[],
  wanted: WantedFile[],
  access: ArtifactAccess & { records: RecordAccess },
): Promise<SearchedArtifactFiles[]> {
  const searched: SearchedArtifactFiles[] = [];
  for (const artifact of artifacts) {
    const unavailable = searched.map(({ record }) => record).find(isTableUnavailable);
    searched.push(
      await findFilesInArtifact(artifact, wanted, { ...access, unavailable, alone: artifacts.length === 1 }),
    );
  }
  return searched;
}

function chooseFile(searched: SearchedArtifactFiles[], file: WantedFile): { bytes: Uint8Array; source: FileSource } {
  const candidates = searched.flatMap(({ files, read, record }) => {
    const found: SearchedFile | undefined = files.get(file);
    return found === undefined ? [] : [{ ...found, read, record }];
  });
  const { lookup, location, read, record } = chooseArtifact(candidates, file);
  return { bytes: lookup.bytes, source: { location, read, record } };
}

/** Returns the task definition file that the release builds on. Parses it, so that its syntax errors are reported now. */
function readDefinition(
  { bytes, source }: ReturnType<typeof chooseFile>,
  { path }: WantedFile,
): Pick<ReleaseFiles, 'base' | 'definition'> {
  parseJsonFile(decodeUtf8(bytes, path), path);
  const content = parseDefinition(bytes, path);
  return {
    base: { from: 'file', path, artifact: source.location },
    ...(content && { definition: { content, source } }),
  };
}

/** Returns undefined for an invalid file, because Check Target reports its errors together with all other problems. */
function parseDefinition(bytes: Uint8Array, path: string): RawTaskDefinition | undefined {
  try {
    return parseTaskDefinitionFile(bytes, path).taskDefinition;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
