import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundle, tableOf } from '../build.ts';

const outdir = mkdtempSync(join(tmpdir(), 'gantry-build-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const files = ['test/local/fixtures/configured.ts'];

test('a bundle is one self-contained module with its source map and the given configuration inside', async () => {
  const { configured } = await bundle({ files, outdir, config: 'test/local/fixtures/config.ts' });
  expect(configured).toMatchObject({ name: 'configured', file: join(outdir, 'configured', 'configured.mjs') });
  const text = readFileSync(configured!.file, 'utf8');
  expect(text).not.toMatch(/^import (?!.*node:)/m);
  expect(JSON.parse(readFileSync(`${configured!.file}.map`, 'utf8')).sources).toContainEqual(
    expect.stringContaining('configured.ts'),
  );
  const { handler } = await import(configured!.file);
  expect(await handler()).toEqual({ config: { app: 'stand-in' } });
});

test('bundles that share their common part keep it in one chunk beside them', async () => {
  const shared = join(outdir, 'shared');
  writeFileSync(join(outdir, 'common.ts'), 'export const common = { seen: 0 };');
  const act = "import { common } from './common.ts'; export const handler = () => ++common.seen;";
  const files = ['one.ts', 'two.ts'].map((name) => join(outdir, name));
  for (const file of files) writeFileSync(file, act);
  const { one, two } = await bundle({ files, outdir: shared, shared: true });
  expect(readdirSync(shared).filter((name) => name.endsWith('.mjs'))).toEqual([expect.stringMatching(/^chunk-/)]);
  const handlers = await Promise.all([one!, two!].map(async ({ file }) => (await import(file)).handler));
  expect(handlers.map((handler) => handler())).toEqual([1, 2]);
});

test('the size that is told is the size of the file', async () => {
  const { configured } = await bundle({ files, outdir, config: 'test/local/fixtures/config.ts' });
  expect(configured!.bytes).toBe(readFileSync(configured!.file).length);
  expect(tableOf([configured!])).toBe(
    `configured  ${`${(configured!.bytes / 1024).toFixed(1)} KB`.padStart(10)}  ${`${(configured!.zipped / 1024).toFixed(1)} KB`.padStart(10)} gzip`,
  );
});

test('what cannot be resolved fails the build', async () => {
  await expect(bundle({ files: ['test/local/fixtures/missing.ts'], outdir })).rejects.toThrow('Build failed');
});
