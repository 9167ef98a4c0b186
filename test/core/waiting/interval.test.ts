import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maxRollbackMs } from '../../../core/rollback/outcome.ts';
import { calculateWaitSeconds } from '../../../core/waiting/interval.ts';

const hour = 3_600_000;

/** How many looks a watch takes that ends at its deadline. */
const looksUntil = (deadlineMs: number): number => {
  let looks = 1;
  for (let elapsed = 0; elapsed < deadlineMs; looks += 1)
    elapsed += calculateWaitSeconds(elapsed, deadlineMs - elapsed) * 1000;
  return looks;
};

describe('how long to look away', () => {
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

  it('asks six times in the first minute, the first look included', () => {
    expect(looksUntil(60_000)).toBe(6);
  });

  it('fits the longest time-out and a rollback into the 25,000 events of an execution, with room for a thousand retries', () => {
    // A loop is: wait entered and exited; task entered, scheduled, started, succeeded and exited; choice entered and exited; two to spare.
    const events = 11 * (looksUntil(24 * hour) + looksUntil(maxRollbackMs)) + 3 * 1000 + 100;
    expect(events).toBeLessThan(25_000);
  });

  it("fits them into the machine's own time-out, too", () => {
    const machine = JSON.parse(readFileSync('state-machines/deploy.asl.json', 'utf8'));
    expect(machine.TimeoutSeconds * 1000).toBeGreaterThan(24 * hour + maxRollbackMs + hour);
  });
});
