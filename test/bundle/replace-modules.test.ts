import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { replaceModules } from '../../bundle/replace-modules.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'gantry-replace-')));
afterAll(() => rmSync(root, { recursive: true }));

const original = 'export const hash = () => "original"; export const size = 1;';
const replaced = 'export const hash = () => "replaced"; export const size = 2;';
const package_ = {
  'node_modules/sums/index.js': "import { hash, size } from './hash.js'; export const sum = () => hash() + size;",
  'node_modules/sums/hash.js': original,
  'node_modules/other/hash.js': original,
  'node_modules/other/index.js': "import { hash, size } from './hash.js'; export const sum = () => hash() + size;",
  'hash.ts': replaced,
  'main.js': "export { sum } from 'sums';",
};

let count = 0;

/** Bundles main.js from these files and the package's files, with hash.ts instead of sums/hash.js, and evaluates the bundle. */
async function bundleAndCall(files: Record<string, string>, mustReplaceAll = true): Promise<string> {
  count += 1;
  const folder = join(root, String(count));
  for (const [name, text] of Object.entries({ ...package_, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const replacements = [{ package: 'sums', specifier: /\/hash\.js$/, file: join(folder, 'hash.ts') }];
  const outfile = join(folder, 'bundle.mjs');
  await build({
    absWorkingDir: folder,
    entryPoints: ['main.js'],
    outfile,
    bundle: true,
    format: 'esm',
    logLevel: 'silent',
    plugins: [replaceModules({ replacements, mustReplaceAll })],
  });
  return (await import(outfile)).sum();
}

it('a module that a package imports is replaced', async () => {
  expect(await bundleAndCall({})).toBe('replaced2');
});

it('a CommonJS module is replaced', async () => {
  const files = {
    'node_modules/sums/index.js': "const hash = require('./hash.js').default; exports.sum = () => hash();",
    'node_modules/sums/hash.js': 'module.exports = () => "original";',
    'hash.ts': 'export default () => "replaced";',
  };
  expect(await bundleAndCall(files)).toBe('replaced');
});

it('a module of another package with the same import path is not replaced', async () => {
  expect(await bundleAndCall({ 'main.js': "export { sum } from 'other';" }, false)).toBe('original1');
});

it.each<[change: string, files: Record<string, string>, message: RegExp]>([
  [
    'exports an additional name',
    { 'node_modules/sums/hash.js': `${original} export const salt = 1;` },
    /sums\/hash\.js is replaced by .*\/hash\.ts, but they export different names: only the module exports salt, only the replacement nothing/,
  ],
  [
    'lacks an exported name',
    {
      'node_modules/sums/hash.js': 'export const hash = 1;',
      'node_modules/sums/index.js': "import { hash } from './hash.js'; export const sum = hash;",
    },
    /only the module exports nothing, only the replacement size/,
  ],
  [
    'is imported by another name',
    { 'node_modules/sums/index.js': "export { hash as sum } from './sha.js';", 'node_modules/sums/sha.js': original },
    /hash\.ts replaces a module of sums that imports name .*, but no function imports it/,
  ],
  [
    'is not imported any more',
    { 'node_modules/sums/index.js': 'export const sum = () => "own";' },
    /no function imports it: if sums has renamed the module, change bundle\/replacements\.ts, else remove the replacement/,
  ],
  [
    'does not exist any more and is still imported',
    { 'node_modules/sums/index.js': "export { hash as sum } from './gone/hash.js';" },
    /Could not resolve "\.\/gone\/hash\.js"/,
  ],
  ['cannot be parsed', { 'node_modules/sums/hash.js': 'export const' }, /Expected identifier/],
])('the build fails if a replaced module %s', async (_change, files, message) => {
  await expect(bundleAndCall(files)).rejects.toThrow(message);
});

it('a build of some functions may not use every replacement', async () => {
  expect(await bundleAndCall({ 'main.js': 'export const sum = () => "none";' }, false)).toBe('none');
});
