import { describe, expect, it } from 'vitest';
import { findCrashLoop, findPermanentFailure } from '../../../core/rollout/crash-loop.ts';
import { calculateCircuitBreakerThreshold } from '../../../core/rollout/failure-threshold.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import type { StoppedTask } from '../../../core/rollout/observed-task.ts';
import { countTasksThatFailedAgain } from '../../../core/rollout/retries.ts';
import {
  generationsOfTasks,
  ourDeployment,
  rolloutObservation,
  secondsAfterStart,
  serviceWith,
  stoppedTask,
} from './facts.ts';

const loops = (changes: Partial<RolloutObservation>) => findCrashLoop(rolloutObservation(changes)) !== undefined;
const service = (desired: number, running: number, changes: Parameters<typeof serviceWith>[0] = {}) =>
  serviceWith({ desired, deployments: [ourDeployment({ desired, running })], ...changes });

describe('the limit of failures, as in ECS', () => {
  it.each([
    [0, undefined, 3],
    [1, undefined, 3],
    [6, undefined, 3],
    [7, undefined, 4],
    [25, undefined, 13],
    [399, undefined, 200],
    [1000, undefined, 200],
    [10, { type: 'COUNT', value: 2 }, 2],
    [10, { type: 'COUNT', value: 0 }, 1],
    [10, { type: 'BOUNDED_PERCENT', value: 100 }, 10],
    [2, { type: 'BOUNDED_PERCENT', value: 10 }, 3],
    [1000, { type: 'UNBOUNDED_PERCENT', value: 50 }, 500],
    [2, { type: 'UNBOUNDED_PERCENT', value: 10 }, 1],
  ])('for the desired count %i and the threshold %j is %i', (desired, threshold, expected) => {
    expect(calculateCircuitBreakerThreshold(desired, threshold)).toBe(expected);
  });
});

describe('a rollout is a crash loop', () => {
  it.each<[what: string, loop: boolean, changes: Partial<RolloutObservation>]>([
    ['two tasks failed', false, { service: service(2, 0), stoppedTasks: generationsOfTasks(2) }],
    [
      'a third one failed with the same cause, as a retry',
      true,
      { service: service(2, 0), stoppedTasks: generationsOfTasks(2, 1) },
    ],
    [
      'three tasks failed at once, and none was retried yet',
      false,
      { service: service(3, 0), stoppedTasks: generationsOfTasks(3) },
    ],
    [
      'ten tasks failed once and their replacements start',
      false,
      { service: service(10, 0), stoppedTasks: generationsOfTasks(10) },
    ],
    [
      'ten tasks failed once and their replacements run',
      false,
      { service: service(10, 10), stoppedTasks: generationsOfTasks(10) },
    ],
    [
      'batches of two failed once each, and eight replacements run',
      false,
      { service: service(10, 8), stoppedTasks: generationsOfTasks(2, 2, 2, 2, 2) },
    ],
    ['five of ten fail again and again', true, { service: service(10, 5), stoppedTasks: generationsOfTasks(5, 5, 5) }],
    [
      'five of ten fail again and again, and run for a while each time',
      true,
      { service: service(10, 9), stoppedTasks: generationsOfTasks(5, 5, 5) },
    ],
    [
      'a circuit breaker does not count the failures yet',
      false,
      {
        service: service(2, 0, { circuitBreaker: { enable: true, rollback: true } }),
        stoppedTasks: generationsOfTasks(2, 2),
      },
    ],
    [
      'a circuit breaker never counts the failures (the tasks were running)',
      true,
      {
        service: service(2, 0, { circuitBreaker: { enable: true, rollback: true } }),
        stoppedTasks: generationsOfTasks(2, 2, 2),
      },
    ],
    [
      'the service is configured so that no healthy task resets the count',
      true,
      {
        service: service(10, 9, { circuitBreaker: { enable: false, rollback: false, resetOnHealthyTask: false } }),
        stoppedTasks: generationsOfTasks(2, 2, 2),
      },
    ],
    [
      'the service allows fewer failures than by default',
      true,
      {
        service: service(10, 0, {
          circuitBreaker: { enable: false, rollback: false, threshold: { type: 'COUNT', value: 2 } },
        }),
        stoppedTasks: generationsOfTasks(1, 1),
      },
    ],
    [
      'no task runs, even if the last one failed long ago',
      true,
      { now: secondsAfterStart(3000), service: service(2, 0), stoppedTasks: generationsOfTasks(2, 2) },
    ],
    [
      'all desired tasks run and have outlived the failed ones',
      false,
      { now: secondsAfterStart(3000), service: service(2, 2), stoppedTasks: generationsOfTasks(2, 2, 2) },
    ],
    [
      'the tasks failed before the rollout was stable',
      false,
      { stableAt: secondsAfterStart(170), service: service(2, 1), stoppedTasks: generationsOfTasks(2, 2, 2) },
    ],
    [
      'the failures have different causes',
      false,
      {
        service: service(2, 0),
        stoppedTasks: generationsOfTasks(2, 1).map((task, at) => ({
          ...task,
          containers: [{ name: 'app', exitCode: at + 1 }],
        })),
      },
    ],
  ])('if %s: %s', (_, loop, changes) => {
    expect(loops(changes)).toBe(loop);
  });
});

it('a retry is a task that began after another task with the same cause had ended, no matter when ECS showed that one as STOPPED', () => {
  const first = stoppedTask({
    createdAt: secondsAfterStart(0),
    stoppingAt: secondsAfterStart(20),
    stoppedAt: secondsAfterStart(50),
  });
  const began = (seconds: number) =>
    stoppedTask({ createdAt: secondsAfterStart(seconds), stoppedAt: secondsAfterStart(90) });
  expect([19, 20, 60].map((seconds) => countTasksThatFailedAgain([first, began(seconds)]))).toEqual([0, 1, 1]);
  expect(countTasksThatFailedAgain([first, stoppedTask({ createdAt: undefined })])).toBe(0);
});

const reasons = {
  'a secret that is not granted':
    'ResourceInitializationError: unable to pull secrets: AccessDeniedException: not authorized',
  'a secret marked for deletion':
    'ResourceInitializationError: unable to pull secrets: InvalidRequestException: it was marked for deletion',
  'an image that is not there': 'CannotPullContainerError: failed to resolve ref shop:43: not found',
};

const failedBy = (stoppedReason: string, ...counts: number[]): StoppedTask[] =>
  generationsOfTasks(...counts).map((task) => ({
    ...task,
    stopCode: 'TaskFailedToStart',
    stoppedReason,
    containers: [],
  }));

describe.each(Object.entries(reasons))('a permanent failure, %s', (_, reason) => {
  it.each<[when: string, found: boolean, changes: Partial<RolloutObservation>]>([
    [
      'one task failed and its replacement is pending',
      false,
      { service: service(2, 0), stoppedTasks: failedBy(reason, 1) },
    ],
    ['two tasks failed that began together', false, { service: service(2, 0), stoppedTasks: failedBy(reason, 2) }],
    ['a retry failed', true, { service: service(2, 0), stoppedTasks: failedBy(reason, 1, 1) }],
    ['a retry failed and another one runs', false, { service: service(2, 1), stoppedTasks: failedBy(reason, 1, 1) }],
    [
      'a circuit breaker is on',
      false,
      {
        service: service(2, 0, { circuitBreaker: { enable: true, rollback: false } }),
        stoppedTasks: failedBy(reason, 1, 1),
      },
    ],
    [
      'a circuit breaker is done with the rollout',
      true,
      {
        stableAt: secondsAfterStart(20),
        service: service(2, 0, { circuitBreaker: { enable: true, rollback: false } }),
        stoppedTasks: failedBy(reason, 1, 1),
      },
    ],
  ])('is found if %s: %s', (_when, found, changes) => {
    expect(findPermanentFailure(rolloutObservation(changes)) !== undefined).toBe(found);
  });
});
