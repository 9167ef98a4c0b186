import { createHash } from 'node:crypto';
import type { Config } from '../core/config/check.ts';
import type { BundleFiles, FunctionBundles } from './archive.ts';
import { configurationFileName, formatConfigurationFile, readsConfiguration } from './configuration-file.ts';
import { createZip } from './zip.ts';

/** The code of one function as Lambda takes it. */
export interface PackagedFunction {
  /** The name of the file in `functions/`, without its ending. */
  file: string;
  /** The digest of the names and contents of the files in the zip. Another version of zlib can create a zip with other bytes, but the digest stays the same. */
  digest: string;
  /** Makes the zip. */
  zip(): Buffer;
}

/** The number of hexadecimal digits in a digest. */
const digestLength = 12;

function digestFiles(files: [name: string, content: string][]): string {
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(JSON.stringify([name, content]));
  return hash.digest('hex').slice(0, digestLength);
}

function packageFunction(file: string, bundle: BundleFiles, configuration: string): PackagedFunction {
  const isNeeded = Object.values(bundle).some(readsConfiguration);
  const all = { ...bundle, ...(isNeeded && { [configurationFileName]: configuration }) };
  const files = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    file,
    digest: digestFiles(files),
    zip: () => createZip(files.map(([name, content]) => ({ name, content: Buffer.from(content) }))),
  };
}

/** Adds the configuration to each bundle that reads it. */
export const packageFunctions = (bundles: FunctionBundles, config: Config): PackagedFunction[] =>
  Object.entries(bundles).map(([file, bundle]) => packageFunction(file, bundle, formatConfigurationFile(config)));
