import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type DockerImage,
  exitWithError,
  loadDockerState,
  saveDockerState,
  sha256,
  withDefaultTag,
} from './docker-state.ts';
import { findMissingFile, hashContext, parseDockerfile } from './dockerfile.ts';

const options = {
  tag: { type: 'string', short: 't', multiple: true },
  file: { type: 'string', short: 'f' },
  'build-arg': { type: 'string', multiple: true },
  label: { type: 'string', multiple: true },
  platform: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  pull: { type: 'boolean' },
  'no-cache': { type: 'boolean' },
  provenance: { type: 'string' },
} as const;

const parsePairs = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(given.map((one) => one.split(/=(.*)/s)).map(([name = '', value = '']) => [name, value]));

/**
 * Creates an OCI manifest (github.com/opencontainers/image-spec, manifest.md): its annotations are the labels, and its only
 * layer represents the build context.
 */
function createManifest(labels: Record<string, string>, layer: string, platform: string): string {
  const config = JSON.stringify({
    architecture: platform.split('/')[1] ?? 'arm64',
    os: 'linux',
    config: { Labels: labels },
    layer,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: layer, size: layer.length }],
    annotations: labels,
  });
}

/** `docker build`: reads the Dockerfile's labels, hashes the context, and stores the image under its tags. */
export function dockerBuild(args: string[]): void {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [path] = positionals;
  if (path === undefined) exitWithError("ERROR: docker: 'docker build' requires 1 argument");
  const context = resolve(path);
  const name = values.file ?? 'Dockerfile';
  const location = isAbsolute(name) ? name : resolve(values.file === undefined ? join(context, name) : name);
  const source = readDockerfile(location, name);
  const given = parsePairs(values['build-arg'] ?? []);
  const file = parseDockerfile(source, given);
  const missing = findMissingFile(context, file);
  if (missing !== undefined)
    exitWithError(
      `ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref: "/${missing}": not found`,
    );
  const labels = { ...file.labels, ...parsePairs(values.label ?? []) };
  const content = `${hashContext(context)}${source}${JSON.stringify(given)}`;
  const layer = sha256(content);
  const manifest = createManifest(labels, layer, values.platform ?? 'linux/arm64');
  saveImage({ manifest, layer, content }, values.tag ?? [], values.quiet === true);
}

function readDockerfile(location: string, name: string): string {
  try {
    return readFileSync(location, 'utf8');
  } catch {
    return exitWithError(`ERROR: failed to solve: failed to read dockerfile: open ${name}: no such file or directory`);
  }
}

function saveImage(image: DockerImage, tags: string[], quiet: boolean): void {
  const state = loadDockerState();
  const id = sha256(image.manifest);
  state.images[id] = image;
  for (const tag of tags) state.references[withDefaultTag(tag)] = id;
  saveDockerState(state);
  if (quiet) process.stdout.write(`${id}\n`);
  else {
    process.stdout.write(`writing image ${id} done\n`);
    for (const tag of tags) process.stdout.write(`naming to ${withDefaultTag(tag)} done\n`);
  }
}
