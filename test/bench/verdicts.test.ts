import { describe, expect, it } from 'vitest';
import { classifyOutput, measureLateness, summarizeOutput, truncateReason } from '../../bench/row.ts';

describe("a deployer's verdict", () => {
  it.each([
    ['success from exit code 0', true, 'anything, even superseded', 'success'],
    ['from "superseded" in the output', false, 'the release was superseded by deployment 2', 'superseded'],
    ['from another wording', false, 'A newer deployment is in progress', 'superseded'],
    ['not from a newer version of the tool', false, 'A newer version of this tool is available', 'failure'],
    ['not from lines before the last three', false, 'superseded\ntimed out\n1\n2\n\n3\n', 'failure'],
    ['not from a health check that timed out', false, 'unhealthy in tg due to (reason Request timed out)', 'failure'],
    ["from the monitor's wording", false, '-> Usurped', 'superseded'],
    ['from an exit code without output', false, '', 'failure'],
    ['from the reason of a failure', false, 'tasks failed to start', 'failure'],
    ["from the SDK's waiter that timed out", false, 'TimeoutError: {"state":"TIMEOUT"}', 'gave up'],
    [
      "from the AWS CLI's waiter that timed out",
      false,
      'Waiter ServicesStable failed: Max attempts exceeded',
      'gave up',
    ],
  ])('is derived %s', (_name, success, output, verdict) => {
    expect(classifyOutput(success, output)).toBe(verdict);
  });

  it('has a lateness from the fact to the verdict, and to the end of the program', () => {
    const report = { verdict: 'failure', verdictAt: 10_440, endedAt: 30_000, reason: '' } as const;
    expect(measureLateness(report, 5_000)).toEqual({ late: 5.4, lateEnd: 25 });
    expect(measureLateness({ ...report, endedAt: undefined }, 12_000)).toEqual({ late: -1.6 });
    expect(measureLateness(report, undefined)).toEqual({});
  });

  it('has the last lines of the output as its reason, without colours and cut to the limit', () => {
    expect(summarizeOutput('first\n\nsecond\nthird\n  \u001b[31mtasks   failed\u001b[0m \n\n')).toBe(
      'second / third / tasks failed',
    );
    expect(truncateReason('a long reason', 6)).toBe('a lon…');
  });
});
