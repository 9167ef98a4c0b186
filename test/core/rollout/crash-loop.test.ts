import { describe, expect, it } from 'vitest';
import { failureThreshold, findCrashLoop } from '../../../core/rollout/crash-loop.ts';
import { ourDeployment, rolloutObservation, secondsAfterStart, serviceWith, stoppedTask } from './facts.ts';

const dead = (count: number, life = 10, stopped = 170) =>
  Array.from({ length: count }, () =>
    stoppedTask({ startedAt: secondsAfterStart(stopped - life), stoppedAt: secondsAfterStart(stopped) }),
  );
const loops = (changes: Parameters<typeof rolloutObservation>[0]) =>
  findCrashLoop(rolloutObservation(changes)) !== undefined;

describe('a crash loop', () => {
  it.each([
    [0, 3],
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [399, 200],
    [1000, 200],
  ])('of %i wanted tasks begins at %i failures, as for ECS itself', (desired, threshold) => {
    expect(failureThreshold(desired)).toBe(threshold);
  });

  it('is not seen in two deaths, and is in three of one cause', () => {
    expect([2, 3].map((count) => loops({ stoppedTasks: dead(count) }))).toEqual([false, true]);
  });

  it('is not seen in three deaths of different causes', () => {
    const codes = [1, 2, 3].map((exitCode) =>
      stoppedTask({ stoppedAt: secondsAfterStart(175), containers: [{ name: 'app', exitCode }] }),
    );
    expect(loops({ stoppedTasks: codes })).toBe(false);
  });

  it('leaves a circuit breaker that is on the first word, but not the last', () => {
    const watched = serviceWith({ circuitBreaker: { enable: true, rollback: true } });
    expect([3, 6].map((count) => loops({ service: watched, stoppedTasks: dead(count) }))).toEqual([false, true]);
  });

  it('is over once the tasks that run have outlived all that died', () => {
    expect(loops({ stoppedTasks: dead(3, 10, 175) })).toBe(true);
    expect(loops({ stoppedTasks: dead(3, 10, 165) })).toBe(false);
  });

  it('is not over while nothing runs, however long ago the last one died', () => {
    const none = serviceWith({ deployments: [ourDeployment({ running: 0 })] });
    expect(loops({ service: none, stoppedTasks: dead(3, 10, 20) })).toBe(true);
  });

  it('counts a task that never started by the time since it was made', () => {
    const never = [1, 2, 3].map(() =>
      stoppedTask({ createdAt: secondsAfterStart(100), startedAt: undefined, stoppedAt: secondsAfterStart(160) }),
    );
    expect(loops({ stoppedTasks: never })).toBe(true);
  });
});
