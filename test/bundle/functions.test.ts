import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { bundleFunctions } from '../../bundle/functions.ts';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';

const outdir = mkdtempSync(join(tmpdir(), 'gantry-build-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const files = ['test/local/fixtures/configured.ts'];

/** The environment variables of every deployed function. */
const { functions } = declareSystem(example, {
  stage: 'production',
  keyArn: 'arn:aws:kms:eu-west-1:111111111111:key/k',
});

/** Returns the stack trace of the error that a bundle's handler throws in a process with these variables. */
async function readStack(file: string): Promise<string> {
  const program = `const { handler } = await import('${file}'); await handler().catch(({ stack }) => console.log(stack));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: functions[0]!.environment,
  });
  return stdout;
}

test('a bundle is one self-contained module that reads the configuration beside it and has a source map', async () => {
  const { configured } = await bundleFunctions({ files, outdir, config: 'test/local/fixtures/small.config.json' });
  expect(configured).toMatchObject({ name: 'configured', file: join(outdir, 'configured', 'configured.mjs') });
  const text = readFileSync(configured!.file, 'utf8');
  expect(text).not.toMatch(/^import (?!.*node:)/m);
  expect(JSON.parse(readFileSync(`${configured!.file}.map`, 'utf8')).sources).toContainEqual(
    expect.stringContaining('configured.ts'),
  );
  const { handler } = await import(configured!.file);
  expect(await handler()).toMatchObject({ config: { name: 'small', provider: 'Gantry' } });
});

test('a bundle is the same for every configuration', async () => {
  const [one, other] = await Promise.all(
    ['gantry.config.ts', 'test/local/fixtures/small.config.json'].map(async (config, index) => {
      const { configured } = await bundleFunctions({ files, outdir: join(outdir, `same${index}`), config });
      expect(Object.keys(configured!.sources).filter((source) => source.startsWith('core/'))).toEqual([]);
      const { handler } = await import(configured!.file);
      return { code: readFileSync(configured!.file, 'utf8'), name: (await handler()).config.name };
    }),
  );
  expect([one!.name, other!.name]).toEqual(['gantry', 'small']);
  expect(one!.code).toBe(other!.code);
});

test.each([
  [
    'has other content than was validated',
    (text: string) => text.replace('"name":"small"', '"name":"other"'),
    /was changed after/,
  ],
  ['has no configuration', () => '{}', /was changed after/],
  ['is null', () => 'null', /was changed after/],
  ['is no JSON', () => 'name: small', /is not valid JSON/],
  ['is missing', undefined, /ENOENT.*gantry\.config\.json/],
])('a bundle does not start if the file of its configuration %s', async (name, change, message) => {
  const folder = join(outdir, name.replaceAll(' ', '-'));
  const { configured } = await bundleFunctions({
    files,
    outdir: folder,
    config: 'test/local/fixtures/small.config.json',
  });
  const file = join(folder, 'configured', 'gantry.config.json');
  if (change === undefined) rmSync(file);
  else writeFileSync(file, change(readFileSync(file, 'utf8')));
  await expect(import(configured!.file)).rejects.toThrow(message);
});

test('a configuration with errors fails the build and names each error', async () => {
  const wrong = join(outdir, 'wrong.ts');
  writeFileSync(wrong, "export default { name: 'X' };");
  await expect(bundleFunctions({ files, outdir, config: wrong })).rejects.toThrow(
    'name must be 2-16 lower-case letters',
  );
});

test("an error's stack trace names the lines of our own sources and of packages", async () => {
  const { failing } = await bundleFunctions({ files: ['test/local/fixtures/failing.ts'], outdir });
  const stdout = await readStack(failing!.file);
  const [message, thrown, called, ...rest] = stdout.split('\n');
  expect(message).toBe('Error: refused');
  expect(thrown).toMatch(/at .*\/test\/local\/fixtures\/failing\.ts:4:\d+\)$/);
  expect(called).toMatch(/at .*\/node_modules\/zod\/.*\.js:\d+:\d+\)$/);
  expect(rest).toContainEqual(expect.stringMatching(/at .*\/test\/local\/fixtures\/failing\.ts:8:\d+\)$/));
});

test('a bundle without its source map still has a stack trace', async () => {
  const { failing } = await bundleFunctions({
    files: ['test/local/fixtures/failing.ts'],
    outdir: join(outdir, 'unmapped'),
  });
  rmSync(`${failing!.file}.map`);
  expect(await readStack(failing!.file)).toMatch(/^Error: refused\n {4}at .*failing\.mjs:\d+:\d+\)\n/);
});

test('shared bundles put common code into one chunk', async () => {
  const shared = join(outdir, 'shared');
  writeFileSync(join(outdir, 'common.ts'), 'export const common = { seen: 0 };');
  const act = "import { common } from './common.ts'; export const handler = () => ++common.seen;";
  const files = ['one.ts', 'two.ts'].map((name) => join(outdir, name));
  for (const file of files) writeFileSync(file, act);
  const { one, two } = await bundleFunctions({ files, outdir: shared, shared: true });
  expect(readdirSync(shared).filter((name) => name.endsWith('.mjs'))).toEqual([expect.stringMatching(/^chunk-/)]);
  const handlers = await Promise.all([one!, two!].map(async ({ file }) => (await import(file)).handler));
  expect(handlers.map((handler) => handler())).toEqual([1, 2]);
});

test('the reported size is the size of the file', async () => {
  const { configured } = await bundleFunctions({ files, outdir, config: 'test/local/fixtures/small.config.json' });
  expect(configured!.bytes).toBe(readFileSync(configured!.file).length);
});

test('an import that cannot be resolved fails the build', async () => {
  await expect(bundleFunctions({ files: ['test/local/fixtures/missing.ts'], outdir })).rejects.toThrow('Build failed');
});
