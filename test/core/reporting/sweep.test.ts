import { describe, expect, it } from 'vitest';
import { calculateSweepCutoff, isDueForSweep } from '../../../core/reporting/sweep.ts';

const start = new Date('2026-11-23T09:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const dead = { arn: 'one', start, stop: start };

/** Returns how many seconds after an execution's death sweeps check the execution. A sweep runs every minute. `jitter` makes a sweep earlier or later. */
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

  it('is checked in every minute only until its job must be over', () => {
    expect(calculateSweepCutoff(after(27 * 3600 + 60))).toEqual(after(60));
  });
});

describe('an execution that died after days, because its release waited for a person', () => {
  const days = (count: number) => count * 24 * 3600;

  /**
   * Returns the hours after an execution's death in which a sweep checks the execution. A sweep runs every minute. `late`: how late the sweeps are, in seconds.
   */
  const listHours = (death: number, late: (sweep: number) => number, from = 0): number[] => {
    const sweeps = Array.from({ length: 20 * 60 }, (_, sweep) => from * 3600 + sweep * 60 + late(sweep));
    const found = sweeps.filter((seconds) => {
      const now = after(death + seconds);
      const isListed = calculateSweepCutoff(now) <= start;
      return isListed && isDueForSweep({ arn: 'one', start, stop: after(death) }, now);
    });
    return found.map((seconds) => Math.floor(seconds / 3600));
  };

  it.each([
    ['27 hours', 27 * 3600],
    ['two days', days(2)],
    ['the longest time of an execution', 1_339_200],
  ])('%s, is checked in each of its first hours, then less and less often', (_, death) => {
    const seen = listHours(death + 1800, () => 30);
    expect(seen.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(seen.length).toBeLessThan(12);
  });

  it('is found although the sweep of an hour came too early or too late', () => {
    for (const late of [59, -59])
      expect(listHours(days(3) + 1800, (sweep) => (sweep === 30 ? late : 0)).length).toBeGreaterThan(3);
  });

  it('is found after an outage of the sweeps of ten hours', () => {
    expect(listHours(days(3), () => 30, 10)[0]).toBeLessThanOrEqual(20);
  });

  it('is not listed for ever', () => {
    expect(calculateSweepCutoff(after(1_339_200 + days(2))) > start).toBe(true);
  });
});
