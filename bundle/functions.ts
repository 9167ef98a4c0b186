import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { inlineConfig } from './inline-config.ts';
import { replaceModules } from './replace-modules.ts';

/** A bundled function: its name, its file, the file's size in bytes, and the bytes that each source contributes, by path. */
export interface Bundle {
  name: string;
  file: string;
  bytes: number;
  zipped: number;
  sources: Record<string, number>;
}

/** What to bundle and how. The defaults bundle what is deployed. */
export interface BundleOptions {
  /** The configuration to bundle; the default is gantry.config.ts. */
  config?: string;
  outdir?: string;
  /** The functions' files; the default is all of them. */
  files?: string[];
  /** Puts common code into chunks next to the bundles: ten times faster to build, but not one file per function. */
  shared?: boolean;
}

const root = resolve(import.meta.dirname, '..');

/** CommonJS packages call `require` for Node's own modules, which an ES module does not have. */
const banner = `import { createRequire as gantryRequire } from 'node:module'; const require = gantryRequire(import.meta.url);`;

/**
 * How every module for Lambda is built. Node reads the source map when the function starts (NODE_OPTIONS in infra/system-workflow.ts), and a
 * stack trace shows no source text, so the map has none.
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

/** Bundles each function into `<outdir>/<name>/<name>.mjs` for Lambda's `nodejs24.x`; returns the bundles by name. Rejects with esbuild's errors. */
export async function bundleFunctions(options: BundleOptions = {}): Promise<Record<string, Bundle>> {
  const files = options.files ?? globSync('functions/*.ts', { cwd: root }).sort();
  if (files.length === 0) return {};
  const { metafile } = await build({
    ...deployedOptions,
    entryPoints: files,
    outdir: resolve(root, options.outdir ?? '.build'),
    entryNames: '[name]/[name]',
    outExtension: { '.js': '.mjs' },
    splitting: options.shared ?? false,
    metafile: true,
    plugins: [
      inlineConfig(resolve(root, options.config ?? 'gantry.config.ts')),
      replaceModules({ mustReplaceAll: options.files === undefined }),
    ],
  });
  const entries = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
  const bundles = entries.map(([path, { inputs }]) => measureBundle(resolve(root, path), inputs));
  return Object.fromEntries(bundles.map((bundle) => [bundle.name, bundle]));
}

function measureBundle(file: string, inputs: Record<string, { bytesInOutput: number }>): Bundle {
  const text = readFileSync(file);
  const sources = Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const);
  const sizes = { bytes: text.length, zipped: gzipSync(text).length };
  return { name: basename(file, '.mjs'), file, ...sizes, sources: Object.fromEntries(sources) };
}
