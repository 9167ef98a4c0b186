import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface DockerImage {
  manifest: string;
  /** The digest of the only layer, and the text used in place of its bytes. */
  layer: string;
  content: string;
}

/** The state of the stand-in docker: images by id, ids and pushed digests by reference, and the registries with a login. */
export interface DockerState {
  images: Record<string, DockerImage>;
  references: Record<string, string>;
  digests: Record<string, string>;
  registries: string[];
}

const stateFile = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'stand-in.json');

/** Loads the docker state of this build. */
export function loadDockerState(): DockerState {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'));
  } catch {
    return { images: {}, references: {}, digests: {}, registries: [] };
  }
}

export function saveDockerState(state: DockerState): void {
  mkdirSync(dirname(stateFile), { recursive: true });
  writeFileSync(stateFile, JSON.stringify(state));
}

export const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Adds the tag `latest` to a reference without a tag. */
export const withDefaultTag = (reference: string): string =>
  /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;

/** Exits the program as docker does on an error. */
export function exitWithError(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
