import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** One function as it is deployed: its name, its one file and that file's size in bytes. */
export interface Bundle {
  name: string;
  file: string;
  bytes: number;
  zipped: number;
}

/** Some packages are CommonJS and ask for Node's own modules with `require`, which an ES module does not have. */
const banner = `import { createRequire as gantryRequire } from 'node:module'; const require = gantryRequire(import.meta.url);`;

const root = import.meta.dirname;

/** What to bundle and how; nothing said is what is deployed. */
export interface BundleOptions {
  /** Stands in for gantry.config.ts. */
  config?: string;
  outdir?: string;
  /** Without: every function. */
  files?: string[];
  /** Lets the bundles import what they have in common from chunks beside them: made ten times faster, but not one file each. */
  shared?: boolean;
}

/** Bundles each file into `<outdir>/<name>/<name>.mjs` for Lambda's `nodejs24.x`. Rejects with esbuild's errors. */
export async function bundle(options: BundleOptions = {}): Promise<Record<string, Bundle>> {
  const files = options.files ?? globSync('functions/*.ts', { cwd: root }).sort();
  const outdir = resolve(root, options.outdir ?? '.build');
  if (files.length > 0) await bundleAll({ ...options, files, outdir });
  const bundles = files.map((file) => described(basename(file).replace(/\.[^.]+$/, ''), outdir));
  return Object.fromEntries(bundles.map((made) => [made.name, made]));
}

const bundleAll = ({ files, outdir, config, shared = false }: BundleOptions & { files: string[]; outdir: string }) =>
  build({
    absWorkingDir: root,
    entryPoints: files,
    outdir,
    entryNames: '[name]/[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: shared,
    minify: true,
    sourcemap: true,
    treeShaking: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    ...(config === undefined ? {} : { alias: { '#config': resolve(root, config) } }),
    logLevel: 'warning',
  });

const described = (name: string, outdir: string): Bundle => {
  const file = resolve(outdir, name, `${name}.mjs`);
  const text = readFileSync(file);
  return { name, file, bytes: text.length, zipped: gzipSync(text).length };
};

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** A table of bundles, one line each: name, size, size zipped. */
export const tableOf = (bundles: Bundle[]): string => {
  const width = Math.max(...bundles.map(({ name }) => name.length));
  const line = ({ name, bytes, zipped }: Bundle) =>
    `${name.padEnd(width)}  ${kilobytes(bytes).padStart(10)}  ${kilobytes(zipped).padStart(10)} gzip`;
  return bundles.map(line).join('\n');
};

if (import.meta.main) console.log(tableOf(Object.values(await bundle())));
