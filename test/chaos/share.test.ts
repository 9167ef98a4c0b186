import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { divideRuns } from './share.ts';

describe('the runs of a seed', () => {
  it.each([
    [1, [{ seed: 7, runs: 1 }]],
    [
      3,
      [
        { seed: 7, runs: 1 },
        { seed: 8, runs: 2 },
      ],
    ],
    [
      500,
      [
        { seed: 7, runs: 250 },
        { seed: 8, runs: 250 },
      ],
    ],
    [
      501,
      [
        { seed: 7, runs: 167 },
        { seed: 8, runs: 167 },
        { seed: 9, runs: 167 },
      ],
    ],
  ])('(%i in all) are divided into the same shares on every machine', (runs, shares) => {
    expect(divideRuns({ seed: 7, runs })).toEqual(shares);
  });
});

const chaos = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

describe('npm run chaos', () => {
  it.each([
    [['--runs', 'abc'], '--runs is "abc"; it must be a whole number from 1 to'],
    [['--runs', '0'], '--runs is "0"; it must be a whole number from 1 to'],
    [['--seed', 'x'], '--seed is "x"; it must be a whole number from 0 to'],
    [['--seed', '7', '--path', 'abc'], '--path is "abc"; it must be numbers with colons between'],
    [['--path', '1:2'], '--path needs the --seed'],
    [['--processes', '0'], '--processes is "0"'],
    [['--nope'], "Unknown option '--nope'."],
    [['5'], 'Found also "5"; it takes only options.'],
  ])('given %j runs nothing, says what is wrong and exits with 2', async (args, sentence) => {
    const { code, out, err } = await chaos(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err).toContain('npm run chaos -- [--runs 500]');
  });

  it('runs exactly the requested number of schedules, and prints the seed', async () => {
    const { code, out } = await chaos('--seed', '7', '--runs', '3');
    expect(out).toContain('3 schedules from seed 7:');
    expect(code).toBe(0);
  });
});
