import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleBoard } from './board.ts';
import { listBundledSources, listPackageFolders } from './bundled-packages.ts';
import { bundleCommandLine } from './command-line.ts';
import { createConfigSchema, describeConfig } from './config-schema.ts';
import { formatConfigTypes } from './config-types.ts';
import { formatNotices } from './notices.ts';

const root = resolve(import.meta.dirname, '..');

/** The folder of the npm package with all built files, except the schema and the functions, because other tools expect these two at a fixed place. */
const outdir = join(root, 'dist');

/** The list of the packages whose code is distributed in the functions or in the command line. .ci/check-packages.ts checks the licences of these packages. */
export const bundledPackagesFile = join(root, '.build', 'bundled-packages.json');

/**
 * Builds what `npm pack` packs: the command line, the page of the board, the type and the JSON Schema of the configuration, and the licences of the packages inside.
 * `functionSources`: the source files of the functions' bundles.
 */
export async function buildNpmPackage(functionSources: string[]): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir);
  const metafile = await bundleCommandLine(outdir);
  const board = await bundleBoard();
  const boardSources = listBundledSources(board.metafile);
  const folders = listPackageFolders([...functionSources, ...listBundledSources(metafile), ...boardSources]);
  const files = {
    [bundledPackagesFile]: JSON.stringify(folders, null, 2),
    [join(outdir, 'config.d.ts')]: formatConfigTypes(describeConfig()),
    [join(outdir, 'third-party-notices.txt')]: formatNotices(folders),
    [join(outdir, 'board.js')]: board.files['board.js'],
    [join(outdir, 'board.css')]: board.files['board.css'],
    [join(root, 'gantry.schema.json')]: `${JSON.stringify(createConfigSchema(), null, 2)}\n`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(file, text);
}
