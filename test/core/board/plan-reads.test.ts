import { expect, it } from 'vitest';
import { calculateCallBudget, chooseReads } from '../../../core/board/plan-reads.ts';

const now = 1_000_000_000;
const read = (key: string, ageSeconds?: number, intervalMs = 60_000, calls = 1) => ({
  key,
  calls,
  intervalMs,
  lastAt: ageSeconds === undefined ? undefined : now - ageSeconds * 1000,
});
const chosen = (reads: ReturnType<typeof read>[], budget: number, calls: number[] = []) =>
  chooseReads(reads, { now, calls, budget }).map(({ key }) => key);

it.each([
  ['what was never read comes first, whatever the budget is', [read('old', 900), read('new')], 0, [], ['new']],
  ['what is not due is not read', [read('fresh', 59)], 9, [], []],
  [
    'the longest overdue goes first, compared with its interval',
    [read('a', 90), read('b', 90, 30_000), read('c', 80)],
    2,
    [],
    ['b', 'a'],
  ],
  ['calls of the last minute use up the budget', [read('a', 90), read('b', 80)], 2, [now - 59_000], ['a']],
  ['calls before that do not', [read('a', 90), read('b', 80)], 2, [now - 60_000], ['a', 'b']],
  ['a read of several calls waits until they fit', [read('a', 90), read('b', 80, 60_000, 2)], 2, [], ['a']],
  [
    'a read of more calls than the budget has a minute of its own',
    [read('b', 80, 60_000, 9), read('a', 70)],
    2,
    [],
    ['b'],
  ],
  ['a budget that has become smaller leaves nothing', [read('a', 90)], 1, [now - 1, now - 2], []],
])('%s', (_, reads, budget, calls, keys) => {
  expect(chosen(reads, budget, calls)).toEqual(keys);
});

it('the budget is one call a minute for a service at rest, and six for one in motion', () => {
  expect(calculateCallBudget([{ inMotion: false }, { inMotion: true }, { inMotion: false }])).toBe(8);
});
