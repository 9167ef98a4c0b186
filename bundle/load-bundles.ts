import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { archiveFileName, type FunctionBundles, unpackBundles } from './archive.ts';
import type { Bundle } from './functions.ts';

/**
 * Returns the bundles of all functions. In a checkout, builds them from the sources. Otherwise, returns the bundles in the npm package. `root` is the
 * checkout's or the package's folder. The built command line uses the bundles in the package even if npm has linked the package to a checkout, because Node 20
 * cannot run the sources.
 */
export const loadBundles = async (root: string): Promise<FunctionBundles> =>
  import.meta.url.endsWith('.ts')
    ? buildBundles(root, join(root, 'bundle', 'functions.ts'))
    : unpackBundles(readFileSync(join(root, archiveFileName)));

/** The npm package contains neither this module nor a bundler. The path is not a literal, because the bundler of the command line would follow a literal. */
async function buildBundles(root: string, builder: string): Promise<FunctionBundles> {
  const { bundleFunctions }: typeof import('./functions.ts') = await import(pathToFileURL(builder).href);
  const built = await bundleFunctions({ outdir: join(root, '.build', 'package') });
  return readBundles(Object.values(built));
}

/** Reads the module and the source map of each bundle. */
export const readBundles = (bundles: Pick<Bundle, 'name' | 'file'>[]): FunctionBundles =>
  Object.fromEntries(bundles.map(({ name, file }) => [name, readBundle(file)]));

const readBundle = (file: string): Record<string, string> =>
  Object.fromEntries([file, `${file}.map`].map((path) => [basename(path), readFileSync(path, 'utf8')]));
