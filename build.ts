import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { overBudget } from './budget.ts';
import budget from './bundle-budget.json' with { type: 'json' };
import { runCommand } from './cli/command.ts';
import { loadConfig } from './cli/load-config.ts';
import { configured, traced } from './inlined.ts';
import { slim } from './slim.ts';
import { onlySources } from './source-map.ts';

/** One function as it is deployed: its name, its one file, that file's size in bytes, and the bytes of each source in it by its path. */
export interface Bundle {
  name: string;
  file: string;
  bytes: number;
  zipped: number;
  sources: Record<string, number>;
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
  if (files.length === 0) return {};
  const { metafile } = await bundleAll({ ...options, files, outdir });
  for (const path of Object.keys(metafile.outputs)) if (path.endsWith('.map')) slimMap(resolve(root, path));
  const made = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
  const bundles = made.map(([path, { inputs }]) => described(resolve(root, path), inputs));
  return Object.fromEntries(bundles.map((bundle) => [bundle.name, bundle]));
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
    metafile: true,
    // For trace.ts; the sources' text no trace shows.
    sourcemap: true,
    sourcesContent: false,
    treeShaking: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    plugins: [configured(resolve(root, config ?? 'gantry.config.ts')), traced, slim],
    logLevel: 'warning',
  });

/**
 * The map is read with the first stack that is looked at (trace.ts), and nine tenths of it are packages. Without them that takes 10 ms instead
 * of 63 (check-target); a trace shows our own lines by their files, and a package's by where they are in the bundle.
 */
const slimMap = (file: string): void => {
  const map = onlySources(JSON.parse(readFileSync(file, 'utf8')), (source) => !/\/node_modules\/|^slim:/.test(source));
  writeFileSync(file, JSON.stringify(map));
};

const described = (file: string, inputs: Record<string, { bytesInOutput: number }>): Bundle => {
  const text = readFileSync(file);
  const sources = Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const);
  const sizes = { bytes: text.length, zipped: gzipSync(text).length };
  return { name: basename(file, '.mjs'), file, ...sizes, sources: Object.fromEntries(sources) };
};

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** A table of bundles, one line each: name, size, size zipped. */
export const tableOf = (bundles: Bundle[]): string => {
  const width = Math.max(...bundles.map(({ name }) => name.length));
  const line = ({ name, bytes, zipped }: Bundle) =>
    `${name.padEnd(width)}  ${kilobytes(bytes).padStart(10)}  ${kilobytes(zipped).padStart(10)} gzip`;
  return bundles.map(line).join('\n');
};

const usage = `npm run build

Bundles every function into .build/, prints how big each is, and ends with 1 where one is over its budget (bundle-budget.json).
`;

async function run(): Promise<number> {
  // Before esbuild has it, which would bury a mistake in its own report.
  await loadConfig();
  const bundles = Object.values(await bundle());
  console.log(tableOf(bundles));
  const excesses = overBudget(bundles, budget);
  for (const excess of excesses) console.error(excess);
  return excesses.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await runCommand({ usage, options: {}, run });
