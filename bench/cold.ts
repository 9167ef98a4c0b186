import { rm, stat } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { type Bundle, bundle } from '../build.ts';
import { eventFor } from './cold-events.ts';
import { type Start, startOf } from './cold-process.ts';
import { coldTable, type Measured } from './cold-table.ts';
import { write } from './report.ts';

const root = join(import.meta.dirname, '..');
const outdir = '.build/cold';
/** Fresh processes for each bundle; the order goes round, so that a busy moment of the machine meets all of them. */
const rounds = 11;

/** A handler that does nothing but have a logger: what no function can be faster than. */
const emptyHandler = `import { Logger } from '@aws-lambda-powertools/logger';
const logger = new Logger({ serviceName: 'empty' });
export const handler = async () => { logger.info('empty'); };`;

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

/** The fastest over the rounds, by file: what else the machine does only adds. Each is given its event. */
async function startsOf(files: Map<string, unknown>): Promise<(file: string) => Start> {
  const all = new Map<string, Start[]>();
  for (let round = 0; round < rounds; round += 1)
    for (const [file, event] of files) all.set(file, [...(all.get(file) ?? []), await startOf(file, event)]);
  return (file) => {
    const starts = all.get(file) ?? [];
    return { init: Math.min(...starts.map(({ init }) => init)), first: Math.min(...starts.map(({ first }) => first)) };
  };
}

async function measure(bundles: Bundle[]): Promise<{ empty: Start; functions: Measured[] }> {
  const plain = await plainBundles(bundles.map(({ name }) => name));
  const empty = await emptyBundle();
  const deployed = bundles.map(({ name, file }) => [file, eventFor(name)] as const);
  const plainly = [...plain.values()].map((file) => [file, undefined] as const);
  const starts = await startsOf(new Map<string, unknown>([[empty, {}], ...deployed, ...plainly]));
  const functions = bundles.map(async ({ name, file, bytes, zipped }): Promise<Measured> => {
    const other = plain.get(name) ?? '';
    const { size } = await stat(other);
    return { name, bytes, zipped, ...starts(file), plain: { bytes: size, init: starts(other).init } };
  });
  return { empty: starts(empty), functions: await Promise.all(functions) };
}

/** Measures every function's bundle, prints the figures and writes them under `bench/results/`, or prints them as JSON. */
export async function cold(json: boolean): Promise<void> {
  const date = new Date();
  await rm(join(root, outdir), { recursive: true, force: true });
  const { empty, functions } = await measure(Object.values(await bundle({ outdir: `${outdir}/deployed` })));
  if (json) return console.log(JSON.stringify({ date, node: process.version, rounds, empty, functions }, null, 2));
  const text = `# Cold starts

- ${date.toISOString()}, Node ${process.version}, the fastest of ${rounds} fresh processes each; the machine's load was ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors
- init: the import of the bundle; an empty handler with a logger takes ${empty.init.toFixed(1)} ms
- first: its first event, until the first call to AWS would be signed; the empty handler takes ${empty.first.toFixed(1)} ms
- KB: the one file of a function, all that it ever loads, without its source map

${coldTable(functions, empty)}
`;
  console.log(text);
  console.log(write(text, 'cold.md', date));
}
