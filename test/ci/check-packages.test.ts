import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkLicencesAndPins,
  checkVersions,
  isLicenceAllowed,
  parseAuditReport,
  summarizeLicences,
} from '../../.ci/check-packages.ts';

const integrity = 'sha512-x';

describe('the licence check of', () => {
  it.each<[string, boolean]>([
    ['MIT', true],
    ['GPL-3.0-only', false],
    ['none', false],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['(MIT AND Zlib)', true],
    ['MIT AND GPL-3.0-only', false],
  ])('%s', (expression, allowed) => {
    expect(isLicenceAllowed(expression, ['MIT', 'Zlib'])).toBe(allowed);
  });
});

describe('a lockfile', () => {
  it.each([
    ['with a permissive licence has no problem', { 'node_modules/a': { license: 'MIT', integrity } }, []],
    [
      'with a distributed package under the AGPL is reported',
      { 'node_modules/a': { license: 'AGPL-3.0-or-later', integrity } },
      ['a has the licence AGPL-3.0-or-later; it is not allowed for what is distributed.'],
    ],
    [
      'with a tool under the AGPL has no problem',
      { 'node_modules/tool': { license: 'AGPL-3.0-or-later', integrity } },
      [],
    ],
    [
      'with a tool without a licence is reported',
      { 'node_modules/tool': { integrity } },
      ['tool has the licence none; it is not allowed for a tool.'],
    ],
    [
      'with a package without a checksum is reported',
      { 'node_modules/a/node_modules/@b/c': { license: 'MIT' } },
      ['@b/c is not pinned: package-lock.json has no integrity for it.'],
    ],
  ])('%s', (_, packages, errors) => {
    expect(checkLicencesAndPins(packages, new Set(['node_modules/a']))).toEqual(errors);
  });
});

it('a version range is reported', () => {
  expect(checkVersions({ a: '1.2.3', b: '^1.2.3', c: 'latest' })).toEqual([
    'b is ^1.2.3 in package.json: pin it to one version.',
    'c is latest in package.json: pin it to one version.',
  ]);
});

it.each([
  ['{"vulnerabilities": {"left-pad": {}, "tool": {}}}', { vulnerable: ['left-pad'] }],
  ['{"vulnerabilities": {}}', { vulnerable: [] }],
  ['{"message": "405 Method Not Allowed"}', { skipped: '405 Method Not Allowed' }],
  ['', { skipped: 'npm audit answered no JSON' }],
])("npm audit's report %s is parsed", (report, found) => {
  expect(parseAuditReport(report, new Set(['left-pad']))).toEqual(found);
});

it('the installed tools have no problem, and the npm package needs no other package', () => {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const { packages } = read('package-lock.json');
  const { dependencies, devDependencies } = read('package.json');
  expect([...checkLicencesAndPins(packages, new Set()), ...checkVersions(devDependencies)]).toEqual([]);
  expect(dependencies).toBeUndefined();
});

it('packages are counted by what is distributed', () => {
  const packages = { 'node_modules/a': { license: 'MIT' }, 'node_modules/b': { license: 'ISC' }, '': {} };
  expect(summarizeLicences(packages, new Set(['node_modules/a']))).toBe(
    '1 packages are distributed: MIT 1\n1 tools: ISC 1',
  );
});
