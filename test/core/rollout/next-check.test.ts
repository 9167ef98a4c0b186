import { describe, expect, it } from 'vitest';
import { planFirstRolloutCheck, planNextCheck } from '../../../core/rollout/next-check.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { generationsOfTasks, rolloutObservation, secondsAfterStart, serviceWith } from './facts.ts';

const key = { pk: 'service#222222222222/eu-west-1/main/web', sk: 'watch' };
const wakeSubscription = { key, deployment: 'ecs-svc/1', woken: false };
const breaker = serviceWith({ circuitBreaker: { enable: true, rollback: true } });
const launch = '(service web) failed to launch a task with (error ECS was unable to assume the role).';

const plan = (seconds: number, changes: Partial<RolloutObservation>) => {
  const observation = rolloutObservation({
    now: secondsAfterStart(seconds),
    subscription: wakeSubscription,
    ...changes,
  });
  const { waitSeconds, subscription } = planNextCheck(observation, {
    since: secondsAfterStart(0),
    end: secondsAfterStart(3600),
  });
  return [waitSeconds, subscription === undefined ? 'polls' : 'sleeps'];
};

describe('an execution that events wake', () => {
  it.each<[what: string, seconds: number, changes: Partial<RolloutObservation>, expected: unknown[]]>([
    ['sleeps if a circuit breaker judges the rollout', 1, { service: breaker }, [60, 'sleeps']],
    [
      'sleeps in that case also while tasks fail',
      60,
      { service: breaker, stoppedTasks: generationsOfTasks(2) },
      [60, 'sleeps'],
    ],
    ['checks early without a circuit breaker', 1, {}, [30, 'sleeps']],
    ['sleeps without a circuit breaker once no task has failed for a while', 40, {}, [60, 'sleeps']],
    ['polls without a circuit breaker while tasks fail', 40, { stoppedTasks: generationsOfTasks(2) }, [12, 'polls']],
    [
      'polls without a circuit breaker while launches fail',
      40,
      { service: serviceWith({ events: [{ at: secondsAfterStart(30), message: launch }] }) },
      [12, 'polls'],
    ],
    [
      'sleeps in the bake time',
      60,
      { stableAt: secondsAfterStart(50), stoppedTasks: generationsOfTasks(2) },
      [60, 'sleeps'],
    ],
    ['checks again soon after an event', 40, { subscription: { ...wakeSubscription, woken: true } }, [5, 'polls']],
    ['polls as usual if no events are forwarded', 1, { subscription: undefined }, [12, 'polls']],
  ])('%s', (_, seconds, changes, expected) => {
    expect(plan(seconds, changes)).toEqual(expected);
  });
});

describe('the first check of a rollout', () => {
  it.each<[what: string, change: Parameters<typeof serviceWith>[0], expected: unknown]>([
    [
      'comes with an event or after a minute if a circuit breaker judges the rollout',
      { circuitBreaker: { enable: true, rollback: true } },
      { waitSeconds: 60, subscription: expect.objectContaining({ deployment: 'ecs-svc/1' }) },
    ],
    ['comes after half a minute without one, and no event is awaited', {}, { waitSeconds: 30 }],
  ])('%s', (_, change, expected) => {
    const { rollout } = rolloutObservation();
    const times = { now: secondsAfterStart(0), deadline: secondsAfterStart(3600) };
    const first = planFirstRolloutCheck(serviceWith(change), { ...times, rollout, subscription: wakeSubscription });
    expect(first).toMatchObject({ outcome: 'going on', ...(expected as object) });
    expect('subscription' in first!).toBe('subscription' in (expected as object));
  });

  it('is made at once if no events are forwarded', () => {
    const { rollout } = rolloutObservation();
    const times = { now: secondsAfterStart(0), deadline: secondsAfterStart(3600) };
    expect(planFirstRolloutCheck(breaker, { ...times, rollout, subscription: undefined })).toBeUndefined();
  });
});
