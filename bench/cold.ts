import { execFile } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { type Bundle, bundle } from '../build.ts';
import { coldTable, type Measured } from './cold-table.ts';
import { median } from './median.ts';
import { write } from './report.ts';

const root = join(import.meta.dirname, '..');
const outdir = '.build/cold';
/** Fresh processes for each bundle; the order goes round, so that a busy moment of the machine meets all of them. */
const rounds = 7;

/** A handler that does nothing but have a logger: what no function can be faster than. */
const emptyHandler = `import { Logger } from '@aws-lambda-powertools/logger';
const logger = new Logger({ serviceName: 'empty' });
export const handler = async () => { logger.info('empty'); };`;

/** Prints the milliseconds that the import of a bundle takes in a fresh process. */
const timer = `const began = performance.now(); await import(process.argv[1]); console.log(performance.now() - began);`;

const execute = promisify(execFile);

const environment = { ...process.env, AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'cold' };

async function initMs(file: string): Promise<number> {
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', timer, file], { env: environment });
  return Number(stdout);
}

const plainOptions: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Without it jsonc-parser's CommonJS form is taken, which cannot be bundled.
  mainFields: ['module', 'main'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
};

/** The same functions, bundled but not minified. */
async function plainBundles(names: string[]): Promise<Map<string, string>> {
  await build({
    ...plainOptions,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    outdir: `${outdir}/plain`,
    outExtension: { '.js': '.mjs' },
  });
  return new Map(names.map((name) => [name, join(root, outdir, 'plain', `${name}.mjs`)]));
}

async function emptyBundle(): Promise<string> {
  const outfile = join(root, outdir, 'empty.mjs');
  const stdin = { contents: emptyHandler, resolveDir: root };
  await build({ ...plainOptions, stdin, outfile, minify: true });
  return outfile;
}

/** Medians over the rounds, by file. */
async function timesOf(files: string[]): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(files.map((file) => [file, []]));
  for (let round = 0; round < rounds; round += 1) for (const file of files) times.get(file)?.push(await initMs(file));
  return new Map([...times].map(([file, all]) => [file, median(all)]));
}

const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;

async function measure(bundles: Bundle[]): Promise<{ empty: number; functions: Measured[] }> {
  const plain = await plainBundles(bundles.map(({ name }) => name));
  const empty = await emptyBundle();
  const times = await timesOf([empty, ...bundles.flatMap(({ name, file }) => [file, plain.get(name) ?? ''])]);
  const functions: Measured[] = [];
  for (const { name, file, bytes, zipped } of bundles) {
    const other = plain.get(name) ?? '';
    const plainly = { bytes: await sizeOf(other), ms: times.get(other) ?? 0 };
    functions.push({ name, bytes, zipped, ms: times.get(file) ?? 0, plain: plainly });
  }
  return { empty: times.get(empty) ?? 0, functions };
}

/** Measures every function's bundle, prints the figures and writes them under `bench/results/`, or prints them as JSON. */
export async function cold(json: boolean): Promise<void> {
  const date = new Date();
  await rm(join(root, outdir), { recursive: true, force: true });
  const { empty, functions } = await measure(Object.values(await bundle({ outdir: `${outdir}/deployed` })));
  if (json) return console.log(JSON.stringify({ date, node: process.version, rounds, empty, functions }, null, 2));
  const text = `# Cold starts

- ${date.toISOString()}, Node ${process.version}, median of ${rounds} fresh processes each
- init: the import of the bundle; an empty handler with a logger takes ${empty.toFixed(1)} ms

${coldTable(functions, empty)}
`;
  console.log(text);
  console.log(write(text, 'cold.md', date));
}
