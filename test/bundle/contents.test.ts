import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions } from '../../bundle/functions.ts';

const root = resolve(import.meta.dirname, '..', '..');
const outdir = mkdtempSync(join(tmpdir(), 'gantry-bundles-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** The AWS SDK, the packages that the README lists as deployed, and what these packages need. */
const deployedPackages =
  /^node_modules\/(@aws\/|@aws-sdk\/|@smithy\/|@aws-lambda-powertools\/|(zod|yauzl|pend|jsonc-parser|bowser|mnemonist|obliterator)$)/;

/** Returns the owner of a source file: the folder of Gantry's own files, or the path in the lockfile for a file of a package. */
const ownerOf = (source: string): string => {
  const [, installed] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
  return installed ?? (source.includes('/') ? `${source.split('/')[0]}/` : source);
};

describe('the deployed functions', () => {
  let made: Bundle[];
  beforeAll(async () => {
    made = Object.values(await bundleFunctions({ outdir }));
  });

  it('are complete and contain only our own code and deployed packages, no tools', () => {
    expect(made).toHaveLength(globSync('functions/*.ts', { cwd: root }).length);
    const owners = new Set(made.flatMap(({ sources }) => Object.keys(sources).map(ownerOf)));
    const own = [...owners].filter((owner) => !owner.startsWith('node_modules/')).sort();
    expect(own).toEqual(['aws/', 'bundle/', 'core/', 'functions/']);
    const foreign = [...owners].filter((owner) => owner.startsWith('node_modules/'));
    expect(foreign).toContain('node_modules/zod');
    expect(foreign.filter((path) => !deployedPackages.test(path))).toEqual([]);
  });

  it.each([
    ['credentials from anywhere but the environment', /credential-provider-(?!env\/)|nested-clients|token-providers/],
    [
      'code that validates a configuration, which happens at build time',
      /core\/config\/(check|conflicts|fields|schema)\.ts/,
    ],
    ['event streams', /event-streams|eventstream/],
    ["zod's other locales", /zod\/.*\/locales\/(?!en\.js)/],
  ])('contain no %s', (_what, source) => {
    const found = made.flatMap(({ name, sources }) =>
      Object.keys(sources).flatMap((path) =>
        sources[path] && source.test(path) && !path.startsWith('bundle/') ? `${name}: ${path}` : [],
      ),
    );
    expect(found).toEqual([]);
  });

  it('contain yauzl only if they read artifacts', () => {
    const withZip = made.filter(({ sources }) => Object.keys(sources).some((path) => path.includes('/yauzl/')));
    expect(withZip.map(({ name }) => name).sort()).toEqual(['check-target', 'read-images', 'register-revision']);
  });
});
