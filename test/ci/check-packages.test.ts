import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auditOf, isAllowed, mistakesIn, summary, unpinned } from '../../.ci/check-packages.ts';

const integrity = 'sha512-x';

describe('a licence', () => {
  it.each<[string, boolean]>([
    ['MIT', true],
    ['GPL-3.0-only', false],
    ['none', false],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['(MIT AND Zlib)', true],
    ['MIT AND GPL-3.0-only', false],
  ])('%s', (expression, allowed) => {
    expect(isAllowed(expression, ['MIT', 'Zlib'])).toBe(allowed);
  });
});

describe('a lockfile', () => {
  it.each([
    ['of a free package', { 'node_modules/a': { license: 'MIT', integrity } }, []],
    [
      'of a package that is deployed under the AGPL',
      { 'node_modules/a': { license: 'AGPL-3.0-or-later', integrity } },
      ['a has the licence AGPL-3.0-or-later; what is deployed may have none such.'],
    ],
    ['of a tool under the AGPL', { 'node_modules/a': { license: 'AGPL-3.0-or-later', dev: true, integrity } }, []],
    [
      'of a tool without a licence',
      { 'node_modules/a': { dev: true, integrity } },
      ['a has the licence none; a tool may have none such.'],
    ],
    [
      'of a package without its checksum',
      { 'node_modules/a/node_modules/@b/c': { license: 'MIT' } },
      ['@b/c is not pinned: package-lock.json has no integrity of it.'],
    ],
  ])('%s', (_, packages, mistakes) => {
    expect(mistakesIn(packages)).toEqual(mistakes);
  });
});

it('a range is no version', () => {
  expect(unpinned({ a: '1.2.3', b: '^1.2.3', c: 'latest' })).toEqual([
    'b is ^1.2.3 in package.json: pin it to one version.',
    'c is latest in package.json: pin it to one version.',
  ]);
});

it.each([
  ['{"vulnerabilities": {"left-pad": {}}}', { vulnerable: ['left-pad'] }],
  ['{"vulnerabilities": {}}', { vulnerable: [] }],
  ['{"message": "405 Method Not Allowed"}', { skipped: '405 Method Not Allowed' }],
  ['', { skipped: 'npm audit answered no JSON' }],
])("npm audit's answer %s is understood", (report, found) => {
  expect(auditOf(report)).toEqual(found);
});

it('what is installed here has no mistake, and is few', () => {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const { packages } = read('package-lock.json');
  const { dependencies, devDependencies } = read('package.json');
  expect([...mistakesIn(packages), ...unpinned({ ...dependencies, ...devDependencies })]).toEqual([]);
  expect(Number(/^\d+/.exec(summary(packages))?.[0])).toBeLessThan(100);
});
