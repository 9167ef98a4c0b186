import type { Entry } from 'yauzl';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { fileNameOf, normalizePath } from '../parsing/file-path.ts';
import { formatValue } from '../parsing/validation.ts';

/** What an artifact contains instead of the requested file: the names of its files. */
export interface ContentsWithoutFile {
  /** The path is a folder. */
  isFolder: boolean;
  /** Files with the same name in another folder, and files whose path differs only in upper and lower case. The user probably meant one of these files. */
  namesakes: string[];
  others: string[];
}

/** The contents if the artifact's bytes are not a zip: no file is known. */
export const nonZipContents: ContentsWithoutFile = { isFolder: false, namesakes: [], others: [] };

const maxNamesShown = 20;

const isNamesake = (file: string, path: string): boolean =>
  fileNameOf(file).toLowerCase() === fileNameOf(path).toLowerCase();

/** Groups the entries of an artifact by their relation to the path that was not found. */
export function classifyContents(entries: Entry[], path: string): ContentsWithoutFile {
  const names = entries.map(({ fileName }) => normalizePath(fileName));
  const files = names.filter((name) => !name.endsWith('/'));
  return {
    isFolder: names.some((name) => name.startsWith(`${path}/`)),
    namesakes: files.filter((file) => isNamesake(file, path)),
    others: files.filter((file) => !isNamesake(file, path)),
  };
}

const joinNames = (names: string[]): string => {
  const more = names.length > maxNamesShown ? ` and ${names.length - maxNamesShown} more` : '';
  return names.slice(0, maxNamesShown).join(', ') + more;
};

const formatNamesakes = ({ namesakes }: ContentsWithoutFile): string => joinNames(namesakes.map(escapeUnprintable));

/** Returns the names of the files, most likely candidates first. */
export const formatArtifactContents = (contents: ContentsWithoutFile): string =>
  joinNames([...contents.namesakes.map(escapeUnprintable), ...contents.others.map(formatValue)]) || 'no files';

/** Sentences about the only input artifact if it lacks the file. */
export function formatMissingFile(contents: ContentsWithoutFile, path: string): string {
  if (contents.isFolder)
    return `${path} is a folder in the artifact, not a file. It holds ${formatArtifactContents(contents)}.`;
  if (contents.namesakes.length === 0)
    return `The artifact has no file ${path}. It holds ${formatArtifactContents(contents)}.`;
  const others =
    contents.others.length === 0 ? '' : ` Its other files: ${joinNames(contents.others.map(formatValue))}.`;
  return `The artifact has no file ${path}, but it holds ${formatNamesakes(contents)}.${others}`;
}
