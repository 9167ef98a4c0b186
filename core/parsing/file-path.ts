import { escapeUnprintable } from './display-text.ts';

/** yauzl also reads `\` in the names of a zip's entries as `/`. macOS decomposes letters with accents in the names of files. */
const toCommonCharacters = (path: string): string => path.replaceAll('\\', '/').normalize('NFC');

/** Returns the parts of a path below the artifact's root; undefined if the path leads out of the artifact. */
function resolveParts(path: string): string[] | undefined {
  const parts: string[] = [];
  for (const part of toCommonCharacters(path).split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (!['', '.', '..'].includes(part)) parts.push(part);
  }
  return parts;
}

/**
 * Returns the same spelling for all paths that name the same file of an artifact: `./a`, `a/./b`, `a//b`, `a\b` and `c/../a` mean the same as `a`, `a/b`,
 * `a/b`, `a/b` and `a`. Upper and lower case differ, and `%20` is no space. A slash at the end stays, because it marks a folder.
 */
export const normalizePath = (path: string): string => {
  const parts = resolveParts(path);
  if (parts === undefined) return path;
  return parts.join('/') + (parts.length > 0 && /[/\\]$/.test(path) ? '/' : '');
};

/** Returns the last part of a path. */
export const fileNameOf = (path: string): string => path.split('/').at(-1) ?? path;

/** Whether a path would be unpacked outside the artifact. */
const isOutsideArtifact = (path: string): boolean =>
  /^(?:[/\\]|[a-zA-Z]:)/.test(path) || resolveParts(path) === undefined;

const namesNoFile = (path: string): boolean => /(?:^|[/\\])\.{0,2}$/.test(path);

/** Returns the reason why a path cannot name a file in an artifact, as the end of a sentence; undefined if it can. */
export function findPathError(path: string): string | undefined {
  if (escapeUnprintable(path) !== path) return 'it has control characters; leave them out';
  if (path.startsWith('arn:')) return 'it is an ARN; write the path of a file';
  if (isOutsideArtifact(path)) return 'it leads outside of the artifact; write it relative to the root of the artifact';
  return namesNoFile(path) ? 'it names no file' : undefined;
}
