import { join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { deployedOptions } from './functions.ts';
import { loadLazily } from './load-lazily.ts';

const root = resolve(import.meta.dirname, '..');

/** The doctor evaluates policies with the AGPL's iam-simulate and a database of IAM's actions, which the npm package must not contain. */
const replaceDoctor: Plugin = {
  name: 'replace-doctor',
  setup: (build) =>
    void build.onResolve({ filter: /^\.\/doctor\.ts$/ }, () => ({ path: join(root, 'cli', 'packaged-doctor.ts') })),
};

/**
 * Bundles the command line into `<outdir>/gantry.js` and chunks beside it: one for each verb, and one for each set of verbs that share code. So a
 * verb loads nothing that only others use. Returns esbuild's description of the files.
 */
export async function bundleCommandLine(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    ...deployedOptions,
    entryPoints: ['cli/gantry.ts'],
    outdir,
    chunkNames: '[name]-[hash]',
    splitting: true,
    sourcemap: false,
    // The oldest version in `engines` of package.json.
    target: 'node20',
    // The notices are in a file of their own.
    legalComments: 'none',
    metafile: true,
    plugins: [replaceDoctor, loadLazily],
  });
  return metafile;
}
