import { escapeUnprintable } from './display-text.ts';

/**
 * One spelling for all paths that name the same file of an artifact: `./a`, `a/./b` and `a//b` mean the same as `a` and `a/b`. Upper and lower case differ.
 * A slash at the end stays, because it marks a folder.
 */
export const normalizePath = (path: string): string =>
  path
    .split('/')
    .filter((part, at, parts) => part !== '.' && (part !== '' || at === parts.length - 1))
    .join('/');

/** The last part of a path. */
export const fileNameOf = (path: string): string => path.split('/').at(-1) ?? path;

/** Whether a path would be unpacked outside the artifact. */
const isOutsideArtifact = (path: string): boolean => /^(?:\/|[a-zA-Z]:)/.test(path) || path.split('/').includes('..');

const namesNoFile = (path: string): boolean => /(?:^|\/)\.?$/.test(path);

/** Why a path cannot name a file in an artifact, as the end of a sentence; undefined if it can. */
export function findPathError(path: string): string | undefined {
  if (escapeUnprintable(path) !== path) return 'it has control characters; leave them out';
  if (path.startsWith('arn:')) return 'it is an ARN; write the path of a file';
  if (path.includes('\\')) return 'it has backslashes; write it with /';
  if (isOutsideArtifact(path)) return 'it leads outside of the artifact; write it relative to the artifact, without ..';
  return namesNoFile(path) ? 'it names no file' : undefined;
}
