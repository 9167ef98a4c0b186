import type { Plugin } from 'esbuild';
import { loadConfig } from '../cli/load-config.ts';

/**
 * Replaces `#config` with the validated data of this configuration file, so that the data is validated once, at build time. A validation at each start of a
 * function took 6 of the 44 ms of wake's start (`node --cpu-prof`) and 10 KB, and it reported an error only at the first event.
 */
export const inlineConfig = (file: string): Plugin => ({
  name: 'inline-config',
  setup(build) {
    build.onResolve({ filter: /^#config$/ }, () => ({ path: file, pluginData: { isConfiguration: true } }));
    build.onLoad({ filter: /\.(ts|mjs|json)$/ }, async ({ path, pluginData }) => {
      if (pluginData?.isConfiguration !== true) return undefined;
      return { contents: JSON.stringify(await loadConfig(path)), loader: 'json' };
    });
  },
});
