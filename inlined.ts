import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

/* What build.ts puts into a bundle that no source of ours imports. */

/**
 * The configuration of this file as the data that comes of it: checked once, here, and not whenever a function starts. That was 6 of the
 * 44 ms of wake's start (`node --cpu-prof`), 10 KB, and a mistake that nobody heard of before the first event.
 */
export const configured = (file: string): Plugin => ({
  name: 'configured',
  setup(build) {
    build.onResolve({ filter: /^#config$/ }, () => ({ path: file, pluginData: { isConfiguration: true } }));
    build.onLoad({ filter: /\.ts$/ }, async ({ path, pluginData }) => {
      if (pluginData?.isConfiguration !== true) return undefined;
      const { default: config } = await import(pathToFileURL(path).href);
      return { contents: JSON.stringify(config), loader: 'json' };
    });
  },
});

const trace = join(import.meta.dirname, 'trace.ts');

/** Lets every bundle begin with trace.ts. esbuild's own `inject` would have each of its modules call it, which is 2 KB. */
export const traced: Plugin = {
  name: 'traced',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) =>
      kind === 'entry-point' ? { path: resolve(resolveDir, path), pluginData: { isEntry: true } } : undefined,
    );
    build.onLoad({ filter: /\.ts$/ }, async ({ path, pluginData }) => {
      if (pluginData?.isEntry !== true) return undefined;
      // On the first line, so that no line moves.
      return { contents: `import ${JSON.stringify(trace)}; ${await readFile(path, 'utf8')}`, loader: 'ts' };
    });
  },
};
