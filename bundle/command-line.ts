import { join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { deployedOptions } from './functions.ts';
import { loadLazily } from './load-lazily.ts';

const root = resolve(import.meta.dirname, '..');

/** The doctor evaluates policies with iam-simulate, which has the AGPL, and with a database of IAM's actions. The npm package must contain neither of them. */
const replaceDoctor: Plugin = {
  name: 'replace-doctor',
  setup: (build) =>
    void build.onResolve({ filter: /^\.\/doctor\.ts$/ }, () => ({ path: join(root, 'cli', 'packaged-doctor.ts') })),
};

/**
 * Bundles the command line into `<outdir>/gantry.js` and chunks beside it: one for each verb, and one for each set of verbs that share code. So a verb loads no
 * code that only other verbs use. Returns esbuild's description of the files.
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
    // The licence notices are in a separate file.
    legalComments: 'none',
    metafile: true,
    plugins: [replaceDoctor, loadLazily],
  });
  return metafile;
}
