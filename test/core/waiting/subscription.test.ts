import { describe, expect, it } from 'vitest';
import { wokenSchema } from '../../../core/model/wait-plan.ts';
import { maxSleepSeconds, planWait, wasWokenByEvent } from '../../../core/waiting/subscription.ts';

const since = new Date('2026-11-23T09:00:00.000Z');
const at = (seconds: number) => new Date(since.getTime() + seconds * 1000);
const key = { pk: 'service#222222222222/eu-west-1/main/web', sk: 'watch' };
const deployment = 'ecs-svc/1';
const day = at(24 * 3600);

describe('the plan of a wait', () => {
  const quiet = { key, deployment, woken: false };
  const woken = { key, deployment, woken: true };
  it.each([
    ['polls if no events are forwarded', 0, day, undefined, { waitSeconds: 12 }],
    [
      'sleeps until an event arrives, for a minute at most, and not if an event arrived that the check may have missed',
      90,
      day,
      quiet,
      { waitSeconds: 60, recheckSeconds: 5, subscription: { ...key, deployment, checkedAt: at(87).toISOString() } },
    ],
    ['checks again soon after an event, and ignores the rest of the burst', 90, day, woken, { waitSeconds: 5 }],
    ['waits a little longer after a late event', 180, day, woken, { waitSeconds: 9 }],
    ['waits no longer after an event than an execution that polls', 1000, day, woken, { waitSeconds: 40 }],
    ['waits a minute at most after an event', 3000, day, woken, { waitSeconds: 60 }],
    ['polls in the last minute', 90, at(149), quiet, { waitSeconds: 12 }],
    ['does not sleep past the end', 90, at(93), woken, { waitSeconds: 4 }],
    ['checks in time after an hour in any case', 3600, day, quiet, { waitSeconds: 60 }],
  ])('%s', (_, seconds, end, subscription, wait) => {
    expect(planWait(at(seconds), { since, end }, subscription)).toEqual(wait);
  });
});

it.each([
  [
    'an event arrived while it slept',
    { waitSeconds: maxSleepSeconds, subscription: { ...key, deployment, checkedAt: '' } },
    { woken: true },
    true,
  ],
  [
    'the time-out ended the sleep',
    { waitSeconds: maxSleepSeconds, subscription: { ...key, deployment, checkedAt: '' } },
    { Error: 'x' },
    false,
  ],
  ['it had not subscribed, and an event had ended an earlier sleep', { waitSeconds: 5 }, { woken: true }, false],
  ['it never slept', { waitSeconds: 5 }, undefined, false],
])('whether an event woke it: %s', (_, last, sleep, woken) => {
  expect(wasWokenByEvent(last, wokenSchema.parse(sleep))).toBe(woken);
});
