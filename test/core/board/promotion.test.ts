import { expect, it } from 'vitest';
import { countMissingReleases, createPromotion, findMissingReleases } from '../../../core/board/promotion.ts';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { contextWith, definition, entry, imageOf, observation, revisionOf } from './facts.ts';

const test = (letter: string, at: number, changes: Partial<LedgerEntry> = {}) =>
  entry(letter, [at, at + 10], { after: revisionOf('test/web', `web:1${at}`), ...changes });
const prod = (letter: string, changes: Partial<LedgerEntry> = {}) => entry(letter, [1, 5], changes, 'prod/web');
const noCommit = { commit: undefined };

/** The revision of the newest release of test is the revision that test runs. */
const runs = (entries: LedgerEntry[]) => [
  { ...entries[0]!, after: revisionOf('test/web', 'web:13') },
  ...entries.slice(1),
];
const missing = (left: LedgerEntry[], right: LedgerEntry[]) => {
  const found = findMissingReleases(
    observation('test/web', { entries: runs(left) }),
    observation('prod/web', { entries: right }),
    new Map(),
  );
  return {
    found: found?.map(({ images }) => images[0]!.pinned.slice(-1)),
    behind: countMissingReleases('test', found),
  };
};

it.each<[what: string, left: LedgerEntry[], right: LedgerEntry[], found: string[] | undefined]>([
  ['is nothing if both run the same commit', [test('a', 3)], [prod('a')], []],
  [
    'is nothing if both run the same digests under different commits',
    [test('b', 3, { images: prod('a').images })],
    [prod('a')],
    [],
  ],
  [
    'is every commit after the one that the right runs, newest first',
    [test('d', 5), test('c', 4), test('b', 3), test('a', 2)],
    [prod('a')],
    ['d', 'c', 'b'],
  ],
  [
    'counts a commit once that was released twice',
    [test('c', 5), test('b', 4), test('b', 3), test('a', 2)],
    [prod('a')],
    ['c', 'b'],
  ],
  [
    'leaves out failed releases',
    [test('c', 5), test('b', 4, { result: 'RolledBack' }), test('a', 2)],
    [prod('a')],
    ['c'],
  ],
  [
    'compares digests if the commits are not known',
    [test('c', 5, noCommit), test('b', 4, noCommit), test('a', 3, noCommit)],
    [prod('a', noCommit)],
    ['c', 'b'],
  ],
  [
    'is nothing if the left has gone back behind the right',
    [test('a', 5), test('b', 4), test('a', 3)],
    [prod('b')],
    ['a'],
  ],
  ['is unknown if the left never ran what the right runs', [test('c', 5), test('b', 4)], [prod('a')], undefined],
  ['is unknown if the right has no release', [test('a', 3)], [], undefined],
])('what the right column lacks %s', (_, left, right, found) => {
  expect(missing(left, right).found).toEqual(found);
});

it('a column is behind by commits, or by releases if a commit is not known', () => {
  expect(missing([test('c', 5), test('b', 4), test('a', 2)], [prod('a')]).behind).toEqual({
    column: 'test',
    count: 2,
    unit: 'commits',
  });
  expect(missing([test('c', 5), test('b', 4, noCommit), test('a', 2)], [prod('a')]).behind).toMatchObject({
    count: 2,
    unit: 'releases',
  });
  expect(missing([test('a', 2)], [prod('a')]).behind).toBeUndefined();
});

it('a promotion shows commits, images and the names of changed fields, and no value', () => {
  const [left, right] = [revisionOf('test/web', 'web:13'), revisionOf('prod/web', 'web:13')];
  const role = (account: string) => ({ taskRoleArn: `arn:aws:iam::${account}:role/web-task` });
  const container = (image: string, secret: string) => ({
    containerDefinitions: [{ name: 'app', image, environment: [{ name: 'PASSWORD', value: secret }] }],
  });
  const { definitions } = contextWith(
    definition(left, imageOf('b'), { ...role('222222222222'), ...container(imageOf('b'), 'new-secret'), cpu: '512' }),
    definition(right, imageOf('a'), { ...role('333333333333'), ...container(imageOf('a'), 'old-secret'), cpu: '256' }),
  );
  const promotion = createPromotion(
    observation('test/web', { entries: runs([test('b', 3), test('a', 2)]) }),
    observation('prod/web', { entries: [prod('a')] }),
    { definitions, from: 'test' },
  );
  expect(promotion).toEqual({
    from: 'test',
    commits: [{ id: 'b'.repeat(40), summary: 'Change b' }],
    images: [{ container: 'app', from: imageOf('a'), to: imageOf('b') }],
    fields: ['cpu', 'containers.app.environment.PASSWORD'],
    problem: undefined,
  });
});

it('a promotion of images without a common release says that the commits are not known', () => {
  const { definitions } = contextWith(
    definition(revisionOf('test/web', 'web:13'), imageOf('b')),
    definition(revisionOf('prod/web', 'web:13'), imageOf('a')),
  );
  const [left, right] = [observation('test/web'), observation('prod/web', { entries: [] })];
  expect(createPromotion(left, right, { definitions, from: 'test' })).toMatchObject({
    commits: [],
    problem: 'The ledger of test does not show which releases are between web:13 there and web:13 here.',
  });
});

it('two columns that run the same have no promotion, also without a ledger', () => {
  const [left, right] = ['test/web', 'prod/web'].map((name) => revisionOf(name, 'web:13'));
  const { definitions } = contextWith(definition(left!, imageOf('a')), definition(right!, imageOf('a')));
  const seen = ['test/web', 'prod/web'].map((name) => observation(name, { entries: [] }));
  expect(createPromotion(seen[0]!, seen[1]!, { definitions, from: 'test' })).toBeUndefined();
});
