import { readFile, rm, stat } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { type Bundle, bundleFunctions, deployedOptions } from '../bundle/functions.ts';
import { replaceModules } from '../bundle/replace-modules.ts';
import { callsAws, eventFor } from './cold-events.ts';
import { measureStart, type StartTimes } from './cold-process.ts';
import { formatColdTable, type MeasuredBundle, type Measurements } from './cold-table.ts';
import { writeResult } from './report.ts';

const root = join(import.meta.dirname, '..');
const outdir = '.build/cold';
/** The number of new processes for each bundle. Each round starts every bundle once, so that a busy moment of the machine affects all of them. */
const rounds = 11;

const loggerHandlerCode = `import { Logger } from '@aws-lambda-powertools/logger';
const logger = new Logger({ serviceName: 'reference' });
export const handler = async () => { logger.info('reference'); };`;

const clientCode = `import { STSClient } from '@aws-sdk/client-sts'; export const sts = new STSClient();`;

const plainOptions: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Without this, esbuild takes jsonc-parser's CommonJS version, which cannot be bundled.
  mainFields: ['module', 'main'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
  minify: true,
};

/** Bundles the same functions with minification and no other option. */
async function buildPlainBundles(names: string[]): Promise<Map<string, string>> {
  await build({
    ...plainOptions,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    outdir: `${outdir}/plain`,
    outExtension: { '.js': '.mjs' },
  });
  return new Map(names.map((name) => [name, join(root, outdir, 'plain', `${name}.mjs`)]));
}

type BuiltBundle = Pick<Bundle, 'name' | 'file' | 'bytes' | 'zipped'>;

/** Bundles a handler with this code in the same way as the deployed functions. */
async function buildReference(name: string, contents: string): Promise<BuiltBundle> {
  const file = join(root, outdir, `${name}.mjs`);
  const stdin = { contents, resolveDir: root };
  await build({ ...deployedOptions, stdin, outfile: file, plugins: [replaceModules()] });
  const text = await readFile(file);
  return { name, file, bytes: text.length, zipped: gzipSync(text).length };
}

/** Returns the fastest start of each file over all rounds, because other load on the machine only adds time. */
async function measureStarts(
  files: Map<string, Parameters<typeof measureStart>[1]>,
): Promise<(file: string) => StartTimes> {
  const all = new Map<string, StartTimes[]>();
  for (let round = 0; round < rounds; round += 1)
    for (const [file, options] of files) all.set(file, [...(all.get(file) ?? []), await measureStart(file, options)]);
  return (file) => {
    const starts = all.get(file) ?? [];
    return { init: Math.min(...starts.map(({ init }) => init)), first: Math.min(...starts.map(({ first }) => first)) };
  };
}

/** Measures the functions and two minimal handlers for comparison: one with only a logger, and one that also has a client of the SDK. */
async function measureBundles(bundles: Bundle[]): Promise<Measurements> {
  const plain = await buildPlainBundles(bundles.map(({ name }) => name));
  const empty = await buildReference('a logger', loggerHandlerCode);
  const calling = await buildReference('a logger and one client', loggerHandlerCode + clientCode);
  const starts = await measureStarts(
    new Map([
      ...[empty, calling].map(({ file }) => [file, { event: {} }] as const),
      ...bundles.map(({ name, file }) => [file, { event: eventFor(name), callsAws: callsAws(name) }] as const),
      ...[...plain.values()].map((file) => [file, {}] as const),
    ]),
  );
  const measured = ({ name, file, bytes, zipped }: BuiltBundle): MeasuredBundle => ({
    name,
    bytes,
    zipped,
    ...starts(file),
  });
  const functions = bundles.map(async (bundle): Promise<MeasuredBundle> => {
    const other = plain.get(bundle.name) ?? '';
    const { size } = await stat(other);
    return { ...measured(bundle), plain: { bytes: size, init: starts(other).init } };
  });
  return { empty: measured(empty), calling: measured(calling), functions: await Promise.all(functions) };
}

/** Measures every function's bundle. Prints the results and writes them to `bench/results/`, or only prints them as JSON. */
export async function runColdBenchmark(json: boolean): Promise<void> {
  const date = new Date();
  await rm(join(root, outdir), { recursive: true, force: true });
  const measured = await measureBundles(Object.values(await bundleFunctions({ outdir: `${outdir}/deployed` })));
  if (json) return console.log(JSON.stringify({ date, node: process.version, rounds, ...measured }, null, 2));
  const text = `# Cold starts

- ${date.toISOString()}, Node ${process.version}, the fastest of ${rounds} fresh processes each; the machine's load was ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors
- init: the import of the bundle
- first: its first event, until the first call to AWS would be signed
- the first two rows: a handler with only a logger, to which _of empty_ compares the others, and a handler with one client of the SDK too
- KB: the function's only file, without its source map
- plain: the same code, only bundled and minified

${formatColdTable(measured)}
`;
  console.log(text);
  console.log(writeResult(text, 'cold.md', date));
}
