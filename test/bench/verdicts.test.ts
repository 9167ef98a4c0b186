import { describe, expect, it } from 'vitest';
import { classifyOutput, measureLateness, summarizeOutput, truncateReason } from '../../bench/row.ts';

describe('what a deployer says', () => {
  it.each([
    ['a clean end', true, 'anything, even superseded', 'success'],
    ['a word for it', false, 'the release was superseded by deployment 2', 'superseded'],
    ['another word for it', false, 'A newer deployment is in progress', 'superseded'],
    ['something else that is newer', false, 'A newer version of this tool is available', 'failure'],
    ['words before the last three lines', false, 'superseded\ntimed out\n1\n2\n\n3\n', 'failure'],
    ['what ECS says of a health check', false, 'unhealthy in tg due to (reason Request timed out)', 'failure'],
    ["the monitor's word for it", false, '-> Usurped', 'superseded'],
    ['an exit without a word', false, '', 'failure'],
    ['a reason', false, 'tasks failed to start', 'failure'],
    ["the SDK's waiter that ends", false, 'TimeoutError: {"state":"TIMEOUT"}', 'gave up'],
    ["the command line's waiter that ends", false, 'Waiter ServicesStable failed: Max attempts exceeded', 'gave up'],
  ])('is taken from %s', (_name, success, words, says) => {
    expect(classifyOutput(success, words)).toBe(says);
  });

  it('is late by the time from the fact to the verdict, and to the end of the program', () => {
    const said = { says: 'failure', verdictAt: 10_440, endedAt: 30_000, reason: '' } as const;
    expect(measureLateness(said, 5_000)).toEqual({ late: 5.4, lateEnd: 25 });
    expect(measureLateness({ ...said, endedAt: undefined }, 12_000)).toEqual({ late: -1.6 });
    expect(measureLateness(said, undefined)).toEqual({});
  });

  it('is shown as its last lines without colours, and not longer than it may be', () => {
    expect(summarizeOutput('first\n\nsecond\nthird\n  \u001b[31mtasks   failed\u001b[0m \n\n')).toBe(
      'second / third / tasks failed',
    );
    expect(truncateReason('a long reason', 6)).toBe('a lon…');
  });
});
