import { Failure } from '../errors/failure.ts';
import { formatValue } from '../parsing/validation.ts';
import { type ContentsWithoutFile, formatArtifactContents, formatMissingFile } from './contents.ts';

/** A file's bytes, or the contents of the artifact if the artifact does not contain the file. */
export type FileLookupResult = { bytes: Uint8Array } | { absent: ContentsWithoutFile };

/** An input artifact that was searched for a file; `name` is absent for the only artifact of a manual start. */
export interface SearchedArtifact {
  name?: string | undefined;
  lookup: FileLookupResult;
}

/** The requested file, and the property or field that names it. */
export interface WantedFile {
  path: string;
  property: string;
}

type FoundFile<Artifact> = Artifact & { lookup: { bytes: Uint8Array } };

const isFound = <Artifact extends SearchedArtifact>(artifact: Artifact): artifact is FoundFile<Artifact> =>
  'bytes' in artifact.lookup;

const formatNames = (artifacts: SearchedArtifact[]): string =>
  artifacts.map(({ name }) => formatValue(name)).join(', ');

const formatEach = (artifacts: SearchedArtifact[]): string =>
  artifacts
    .map(({ name, lookup }) => {
      const contents = 'bytes' in lookup ? 'the file' : formatArtifactContents(lookup.absent);
      return `The artifact ${formatValue(name)} holds ${contents}.`;
    })
    .join(' ');

/** Chooses the one artifact that has the file. Throws a ConfigurationError that names all artifacts if no artifact has the file, or if several have it. */
export function chooseArtifact<Artifact extends SearchedArtifact>(
  artifacts: Artifact[],
  { path, property }: WantedFile,
): FoundFile<Artifact> {
  const found = artifacts.filter(isFound);
  const [first, second] = found;
  if (second !== undefined)
    throw new Failure(
      'ConfigurationError',
      `The file ${path} is in more than one input artifact (${formatNames(found)}), so it is not clear which one counts. ${formatEach(artifacts)} Remove the file from all but one, or let ${property} be a path that only one has.`,
    );
  if (first !== undefined) return first;
  throw new Failure(
    'ConfigurationError',
    `${formatAbsenceFromAll(artifacts, path)} ${property} says which one to read.`,
  );
}

function formatAbsenceFromAll(artifacts: SearchedArtifact[], path: string): string {
  const [only, second] = artifacts;
  if (only !== undefined && second === undefined && 'absent' in only.lookup)
    return formatMissingFile(only.lookup.absent, path);
  return `No input artifact has the file ${path}. ${formatEach(artifacts)}`;
}
