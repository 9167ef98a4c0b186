import { describe, expect, it } from 'vitest';
import { calculateRetrySeconds, calculateWaitSeconds } from '../../../core/waiting/interval.ts';

const hour = 3_600_000;

/** Returns the number of checks from the start of a wait until its deadline. */
const countChecksUntil = (deadlineMs: number): number => {
  let checks = 1;
  for (let elapsed = 0; elapsed < deadlineMs; checks += 1)
    elapsed += calculateWaitSeconds(elapsed, deadlineMs - elapsed) * 1000;
  return checks;
};

describe('the wait until the next check', () => {
  it.each([
    ['at the start', 0, hour, 12],
    ['after four minutes', 240_000, hour, 12],
    ['after ten minutes', 600_000, hour, 30],
    ['after an hour', hour, 23 * hour, 60],
    ['just before the deadline', hour, 5_200, 6],
    ['at the deadline', hour, 0, 1],
    ['after the deadline', hour, -90_000, 1],
  ])('%s', (_, elapsed, remaining, seconds) => {
    expect(calculateWaitSeconds(elapsed, remaining)).toBe(seconds);
  });

  it('allows six checks in the first minute, including the first one', () => {
    expect(countChecksUntil(60_000)).toBe(6);
  });

  it.each([
    ['at most a minute for three hours', 3, 60],
    ['after nine hours', 9, 180],
    ['after fifteen hours', 15, 300],
    ['after a day', 24, 300],
  ])('%s', (_, hours, seconds) => {
    expect(calculateWaitSeconds(hours * hour, 48 * hour)).toBe(seconds);
  });
});

describe('the wait until a failed rollback is tried again', () => {
  it.each([
    ['at once', 0, 10],
    ['after five minutes', 300, 30],
    ['after an hour', 3600, 360],
    ['after a day', 86_400, 600],
  ])('%s', (_, elapsed, seconds) => {
    expect(calculateRetrySeconds(new Date(0), new Date(elapsed * 1000))).toBe(seconds);
  });
});
