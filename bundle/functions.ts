import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { loadConfig } from '../cli/load-config.ts';
import { configurationFileName, formatConfigurationFile, readsConfiguration } from './configuration-file.ts';
import { inlineConfig } from './inline-config.ts';
import { replaceModules } from './replace-modules.ts';

/** A bundled function: its name, its file, the file's size in bytes, and the number of bytes from each source, by path. */
export interface Bundle {
  name: string;
  file: string;
  bytes: number;
  zipped: number;
  sources: Record<string, number>;
}

/** The functions to bundle, and how to bundle them. The defaults are those of the deployed functions. */
export interface BundleOptions {
  /** The configuration to put beside the bundles; the default is gantry.config.ts. */
  config?: string;
  outdir?: string;
  /** The functions' files; the default is all of them. */
  files?: string[];
  /**
   * Puts common code into chunks next to the bundles, and the configuration into the code. The build is ten times faster, but a function consists of more than
   * one file.
   */
  shared?: boolean;
}

const root = resolve(import.meta.dirname, '..');

/** CommonJS packages call `require` for Node's own modules, which an ES module does not have. */
const banner = `import { createRequire as gantryRequire } from 'node:module'; const require = gantryRequire(import.meta.url);`;

/**
 * The settings for every module for Lambda. Node reads the source map when the function starts (NODE_OPTIONS in infra/system-workflow.ts). The map contains no
 * source text, because a stack trace shows none.
 */
export const deployedOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  treeShaking: true,
  sourcemap: true,
  sourcesContent: false,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: banner },
  logLevel: 'warning',
} satisfies BuildOptions;

/** Reads the configuration from the file beside the bundle, so that the bundle is the same for all configurations. */
const readConfig: Plugin = {
  name: 'read-config',
  setup: (build) =>
    void build.onResolve({ filter: /^#config$/ }, () => ({ path: join(import.meta.dirname, 'deployed-config.ts') })),
};

/**
 * Bundles each function into `<outdir>/<name>/<name>.mjs` for Lambda's `nodejs24.x`, with the configuration beside it. Returns the bundles by name. Rejects
 * with esbuild's errors, or with a ConfigurationError.
 */
export async function bundleFunctions(options: BundleOptions = {}): Promise<Record<string, Bundle>> {
  const files = options.files ?? globSync('functions/*.ts', { cwd: root }).sort();
  if (files.length === 0) return {};
  const config = resolve(root, options.config ?? 'gantry.config.ts');
  const { metafile } = await build({
    ...deployedOptions,
    entryPoints: files,
    outdir: resolve(root, options.outdir ?? '.build'),
    entryNames: '[name]/[name]',
    outExtension: { '.js': '.mjs' },
    splitting: options.shared ?? false,
    metafile: true,
    plugins: [
      options.shared ? inlineConfig(config) : readConfig,
      replaceModules({ mustReplaceAll: options.files === undefined }),
    ],
  });
  const entries = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
  const bundles = entries.map(([path, { inputs }]) => measureBundle(resolve(root, path), inputs));
  if (!options.shared) await putConfigBeside(bundles, config);
  return Object.fromEntries(bundles.map((bundle) => [bundle.name, bundle]));
}

async function putConfigBeside(bundles: Bundle[], config: string): Promise<void> {
  const text = formatConfigurationFile(await loadConfig(config));
  const readers = bundles.filter(({ file }) => readsConfiguration(readFileSync(file, 'utf8')));
  await Promise.all(readers.map(({ file }) => writeFile(join(dirname(file), configurationFileName), text)));
}

function measureBundle(file: string, inputs: Record<string, { bytesInOutput: number }>): Bundle {
  const text = readFileSync(file);
  const sources = Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const);
  const sizes = { bytes: text.length, zipped: gzipSync(text).length };
  return { name: basename(file, '.mjs'), file, ...sizes, sources: Object.fromEntries(sources) };
}
