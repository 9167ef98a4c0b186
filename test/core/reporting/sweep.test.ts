import { describe, expect, it } from 'vitest';
import { earliestSweptStart, isDueForSweep } from '../../../core/reporting/sweep.ts';

const start = new Date('2026-11-23T09:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const dead = { arn: 'one', start, stop: start };

/**
 * Returns the numbers of seconds after an execution's death at which sweeps check it. A sweep runs every minute; `jitter` makes it earlier or later.
 */
const listCheckTimes = (jitter: (sweep: number) => number, from = 0): number[] =>
  Array.from({ length: 27 * 60 }, (_, sweep) => sweep * 60 + 30 + jitter(sweep)).filter(
    (seconds) => seconds >= from && isDueForSweep(dead, after(seconds)),
  );

const schedules: [name: string, jitter: (sweep: number) => number][] = [
  ['punctual', () => 0],
  ['alternately early and late', (sweep) => (sweep % 2 === 0 ? 29 : -29)],
  ['ever later', (sweep) => (sweep % 60) - 30],
];

describe('an execution that died', () => {
  it.each(schedules)(
    'is checked in its first minutes, then less and less often, by sweeps that are %s',
    (_, jitter) => {
      const seen = listCheckTimes(jitter);
      expect(seen.filter((seconds) => seconds < 240)).toHaveLength(4);
      expect(seen.length).toBeLessThan(26);
    },
  );

  it.each(schedules)(
    'is found at the latest after twice the time without sweeps, by sweeps that are %s',
    (_, jitter) => {
      for (let minutes = 1; minutes < 12 * 60; minutes++) {
        const [found = Number.POSITIVE_INFINITY] = listCheckTimes(jitter, minutes * 60);
        expect(found).toBeLessThanOrEqual(Math.max(minutes * 120, (minutes + 2) * 60));
      }
    },
  );

  it('is checked even if its stop time is in the future, by another clock', () => {
    expect(isDueForSweep({ ...dead, stop: after(5) }, start)).toBe(true);
  });

  it('is not checked while it runs', () => {
    expect(isDueForSweep({ arn: 'one', start }, start)).toBe(false);
  });

  it('is not checked any more when its job must be over', () => {
    expect(earliestSweptStart(after(27 * 3600))).toEqual(start);
  });
});
