import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundle } from '../build.ts';

const root = resolve(import.meta.dirname, '..');
const outdir = mkdtempSync(join(tmpdir(), 'gantry-bundles-'));
afterAll(() => rmSync(outdir, { recursive: true }));

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
}
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

/** Ours by folder, a package by its place in the lockfile. */
const ownerOf = (source: string): string => {
  const [, installed] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
  return installed ?? (source.includes('/') ? `${source.split('/')[0]}/` : source);
};

it('every function is made of our own code and of what is deployed, and of no tool', async () => {
  const files = globSync('functions/*.ts', { cwd: root });
  const made = Object.values(await bundle({ outdir, shared: true, files }));
  expect(made).toHaveLength(files.length);
  const maps = globSync('**/*.map', { cwd: outdir }).map((map) => join(outdir, map));
  const owners = new Set(
    maps.flatMap((map) => {
      const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] };
      return sources.map((source) => ownerOf(relative(root, resolve(dirname(map), source))));
    }),
  );
  const own = [...owners].filter((owner) => !owner.startsWith('node_modules/')).sort();
  expect(own).toEqual(['aws/', 'core/', 'functions/', 'gantry.config.ts']);
  const foreign = [...owners].filter((owner) => owner.startsWith('node_modules/'));
  expect(foreign).toContain('node_modules/zod');
  expect(foreign.filter((path) => packages[path] === undefined)).toEqual([]);
  expect(foreign.filter((path) => packages[path]?.dev || packages[path]?.devOptional)).toEqual([]);
});
