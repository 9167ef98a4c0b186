import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSZip from 'jszip';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionBundles, packBundles, unpackBundles } from '../../bundle/archive.ts';
import { loadBundles } from '../../bundle/load-bundles.ts';
import { type PackagedFunction, packageFunctions } from '../../bundle/package-functions.ts';
import { createZip } from '../../bundle/zip.ts';
import example from '../../infra/config.ts';
import { functionFiles } from '../../infra/policies-functions.ts';

const root = join(import.meta.dirname, '..', '..');
const other = { ...example, registries: [] };

describe('the packaged functions', () => {
  let bundles: FunctionBundles;
  let packaged: PackagedFunction[];
  beforeAll(async () => {
    bundles = await loadBundles(root);
    packaged = packageFunctions(bundles, example);
  });
  const digests = (functions: PackagedFunction[]) => new Map(functions.map(({ file, digest }) => [file, digest]));

  it('are all functions, each with its bundle, its source map, and its configuration if it reads one', async () => {
    expect(packaged.map(({ file }) => file).sort()).toEqual([...functionFiles].sort());
    for (const { file, zip } of packaged) {
      const { files } = await JSZip.loadAsync(zip(), { checkCRC32: true });
      const configured = readFileSync(join(root, 'functions', `${file}.ts`), 'utf8').includes("from '#config'");
      const expected = [`${file}.mjs`, `${file}.mjs.map`, ...(configured ? ['gantry.config.json'] : [])];
      expect(Object.keys(files).sort()).toEqual(expected.sort());
    }
  });

  it('change with the configuration only if they read it', () => {
    const [before, after] = [digests(packaged), digests(packageFunctions(bundles, other))];
    const changed = [...before.keys()].filter((file) => before.get(file) !== after.get(file));
    expect(changed.sort()).toEqual(
      functionFiles
        .filter((file) => readFileSync(join(root, 'functions', `${file}.ts`), 'utf8').includes("from '#config'"))
        .toSorted(),
    );
    expect(changed.length).toBeGreaterThan(3);
  });

  it('are the same from the archive of the npm package, which has less than a tenth of their size', () => {
    const archive = packBundles(bundles);
    expect(archive.length).toBeLessThan(JSON.stringify(bundles).length / 10);
    expect(digests(packageFunctions(unpackBundles(archive), example))).toEqual(digests(packaged));
  });
});

describe('a zip', () => {
  const files = [
    { name: 'empty.txt', content: Buffer.alloc(0) },
    { name: 'größe.txt', content: Buffer.from('€'.repeat(10_000)) },
    { name: 'noise.bin', content: Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 7919) % 251)) },
  ];

  it('contains its files, and the same files make the same bytes', async () => {
    const zip = await JSZip.loadAsync(createZip(files), { checkCRC32: true });
    for (const { name, content } of files) expect(await zip.file(name)!.async('nodebuffer')).toEqual(content);
    expect(
      createZip(files).equals(
        createZip(structuredClone(files).map((file) => ({ ...file, content: Buffer.from(file.content) }))),
      ),
    ).toBe(true);
  });

  it('has files that every user can read, with a fixed date', async () => {
    const zip = await JSZip.loadAsync(createZip(files));
    for (const { unixPermissions, date } of Object.values(zip.files))
      expect([unixPermissions, date.getUTCFullYear()]).toEqual([0o100644, 1980]);
  });
});
