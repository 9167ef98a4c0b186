import { escapeUnprintable } from '../parsing/display-text.ts';

/** A leading `./` says nothing. */
export const normalizePath = (name: string): string => name.replace(/^(?:\.\/)+/, '');

/** Whether it would be unpacked outside of where the artifact is. */
const isOutsideArtifact = (path: string): boolean => /^(?:\/|[a-zA-Z]:)/.test(path) || path.split('/').includes('..');

/** Why a path cannot name a file in an artifact, or nothing where it can. */
export function findPathError(path: string): string | undefined {
  if (escapeUnprintable(path) !== path) return 'it has control characters; leave them out';
  if (path.includes('\\')) return 'it has backslashes; write it with /';
  if (isOutsideArtifact(path)) return 'it leads outside of the artifact; write it relative to the artifact, without ..';
  return path === '' || path.endsWith('/') ? 'it names no file' : undefined;
}
