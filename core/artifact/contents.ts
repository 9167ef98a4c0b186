import type { Entry } from 'yauzl';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { fileNameOf, normalizePath } from '../parsing/file-path.ts';
import { formatValue } from '../parsing/validation.ts';

/** What an artifact holds in place of a file that it does not have. */
export interface ArtifactContents {
  /** The path is that of a folder. */
  isFolder: boolean;
  /** Files of the same name in another folder or in another case: most likely the one that was meant. */
  namesakes: string[];
  others: string[];
}

/** The contents of what is no zip. */
export const noContents: ArtifactContents = { isFolder: false, namesakes: [], others: [] };

const maxNamesShown = 20;

const isNamesake = (file: string, path: string): boolean =>
  fileNameOf(file).toLowerCase() === fileNameOf(path).toLowerCase();

/** Sorts the entries of an artifact by what they have to do with the path that was not found. */
export function listContents(entries: Entry[], path: string): ArtifactContents {
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

const formatNamesakes = ({ namesakes }: ArtifactContents): string => joinNames(namesakes.map(escapeUnprintable));

/** The names of the files, those that were most likely meant first. */
export const formatContents = (contents: ArtifactContents): string =>
  joinNames([...contents.namesakes.map(escapeUnprintable), ...contents.others.map(formatValue)]) || 'no files';

/** Sentences about the only artifact, which does not have the file. */
export function formatAbsence(contents: ArtifactContents, path: string): string {
  if (contents.isFolder)
    return `${path} is a folder in the artifact, not a file. It holds ${formatContents(contents)}.`;
  if (contents.namesakes.length === 0) return `The artifact has no file ${path}. It holds ${formatContents(contents)}.`;
  const others =
    contents.others.length === 0 ? '' : ` Its other files: ${joinNames(contents.others.map(formatValue))}.`;
  return `The artifact has no file ${path}, but it holds ${formatNamesakes(contents)}.${others}`;
}
