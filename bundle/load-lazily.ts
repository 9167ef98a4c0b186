import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Our modules that only a job or an error needs. A verb seldom or never calls them, so their clients are loaded at the first call. All exports of these modules
 * must be async functions.
 */
const lazyModules = /^\.\/(job-details|pipeline-stages|artifact-credentials|kms)\.ts$/;

const namesIn = (text: string): string[] =>
  [...text.matchAll(/^export (?:async function|const) (\w+)/gm)].map(([, name = '']) => name);

const formatLazyExport = (file: string, name: string): string =>
  `export const ${name} = async (...args) => (await import(${JSON.stringify(file)})).${name}(...args);`;

/** Replaces these modules by functions that load the module when they are called. Works only for bundles of several files. */
export const loadLazily: Plugin = {
  name: 'load-lazily',
  setup(build) {
    build.onResolve({ filter: lazyModules }, ({ path, resolveDir, kind }) =>
      kind === 'import-statement' ? { path: join(resolveDir, path), namespace: 'lazy' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => ({
      contents: namesIn(readFileSync(path, 'utf8'))
        .map((name) => formatLazyExport(path, name))
        .join('\n'),
      resolveDir: join(path, '..'),
    }));
  },
};
