import { describe, expect, it } from 'vitest';
import { calculateLeaseSeconds, planTaskWait } from '../../../core/release-tasks/wait.ts';

const since = new Date('2026-11-29T09:00:00.000Z');
const later = (seconds: number): Date => new Date(since.getTime() + seconds * 1000);
const key = { pk: 'service#1', sk: 'task#1' };

describe('the wait between two checks of a task', () => {
  it.each([
    ['at the start, without events', 0, undefined, undefined, 30],
    ['after 20 minutes, without events', 1200, undefined, undefined, 60],
    ['at the start, with events', 0, key, undefined, 60],
    ['after three hours', 10_800, key, undefined, 180],
    ['after a day', 86_400, undefined, undefined, 300],
    ['before its time is over', 0, key, 45, 45],
    ['when its time is over', 0, key, 1, 30],
  ])('%s is %s', (_, seconds, at, end, expected) => {
    const now = later(seconds);
    const plan = planTaskWait({
      since,
      now,
      key: at,
      task: 'task',
      end: end === undefined ? undefined : later(seconds + end),
    });
    expect(plan.waitSeconds).toBe(expected);
  });

  it.each([0, 600, 7200, 36_000, 86_400])(
    'is at least 30 s, so two calls a minute at most, and shorter than the lease: after %d s',
    (seconds) => {
      for (const at of [undefined, key]) {
        const { waitSeconds } = planTaskWait({ since, now: later(seconds), key: at, task: 'task' });
        expect(waitSeconds).toBeGreaterThanOrEqual(30);
        expect(calculateLeaseSeconds(since, later(seconds))).toBeGreaterThanOrEqual(waitSeconds + 120);
      }
    },
  );

  it('an event that is up to three seconds older than the check ends the sleep', () => {
    expect(planTaskWait({ since, now: later(60), key, task: 'the task' }).subscription).toEqual({
      ...key,
      checkedAt: later(57).toISOString(),
      deployment: 'the task',
    });
  });
});
