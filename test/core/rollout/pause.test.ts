import { expect, it } from 'vitest';
import { suspendDeadline } from '../../../core/rollout/pause.ts';
import { trackStages } from '../../../core/rollout/track-stages.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import { pauseHook, rolloutObservation, secondsAfterStart, serviceDeployment } from './facts.ts';

const minute = 60;
const hour = 60 * minute;

/**
 * Returns the verdict at this time on a rollout with a time limit of one hour. `paused`: a hook waits now; `pausedAt`: when a check last found a
 * waiting hook.
 */
const outcomeAt = (
  seconds: number,
  paused: boolean,
  pausedAt?: number,
  job: 'waits' | 'has a result' | 'manual' = 'waits',
) =>
  judgeRollout(
    suspendDeadline(
      rolloutObservation({
        now: secondsAfterStart(seconds),
        serviceDeployment: serviceDeployment({ hooks: paused ? [pauseHook()] : [] }),
        job: job === 'manual' ? undefined : job,
        ...(pausedAt !== undefined && { pausedAt: secondsAfterStart(pausedAt) }),
      }),
    ),
    secondsAfterStart(0),
  );

it.each<[string, number, boolean, number | undefined, string]>([
  ['before the deadline, without a pause', 59 * minute, false, undefined, 'going on'],
  ['at the deadline, without a pause', hour, false, undefined, 'failed'],
  ['a minute after the deadline, while a hook waits', 61 * minute, true, undefined, 'going on'],
  ['most of a day later, while a hook waits', 23 * hour, true, undefined, 'going on'],
  ["half an hour before CodePipeline's limit, while a hook waits", 23.5 * hour, true, undefined, 'going on'],
  ['just after a pause of three hours', 3 * hour + minute, false, 3 * hour, 'going on'],
  ['a whole time limit after a pause', 4 * hour, false, 3 * hour, 'failed'],
  ['after a pause that ended before the deadline', 90 * minute, false, 40 * minute, 'going on'],
])('%s, the rollout is judged at %d s', (_, seconds, paused, pausedAt, outcome) => {
  expect(outcomeAt(seconds, paused, pausedAt).outcome).toBe(outcome);
});

it('the wait for the next check after the deadline is not shorter than usual', () => {
  const verdict = outcomeAt(2 * hour, true);
  expect(verdict.outcome === 'going on' && verdict.waitSeconds).toBeGreaterThanOrEqual(12);
});

it('the time of the last check that found a waiting hook is kept', () => {
  expect(outcomeAt(2 * hour, true)).toMatchObject({ pausedAt: secondsAfterStart(2 * hour).toISOString() });
});

const reportAt = (seconds: number, job: 'waits' | 'has a result' | 'manual', paused = true): string | undefined => {
  const verdict = outcomeAt(seconds, paused, paused ? undefined : seconds - minute, job);
  return verdict.outcome === 'going on' ? verdict.pauseReport : verdict.outcome;
};

it("half an hour before CodePipeline's limit, the job hears who waits until when, and the release goes on", () => {
  expect(reportAt(23.5 * hour - minute, 'waits')).toBeUndefined();
  expect(reportAt(23.5 * hour, 'waits')).toMatch(
    /still waits: the lifecycle hook ecs-pause-1 waits for somebody to continue it; at 2026-11-23 10:00:00 UTC, ECS rolls the deployment back.* The deployment goes on and was not touched\..* Gantry goes on watching/,
  );
});

it.each<[string, number, 'has a result' | 'manual', boolean, string | undefined]>([
  ['after the result of the job, it is watched for 15 days', 14 * 24 * hour, 'has a result', true, undefined],
  ['after 15 days, the watch ends', 15 * 24 * hour, 'has a result', true, 'failed'],
  ['an execution that a person started watches for a day', 24 * hour, 'manual', true, undefined],
  ['half an hour later, its watch ends', 24.5 * hour, 'manual', true, 'failed'],
  ['a day after the start, a rollout that goes on has its time limit', 26 * hour, 'has a result', false, undefined],
])('%s', (_, seconds, job, paused, expected) => {
  expect(reportAt(seconds, job, paused)).toBe(expected);
});

it('the end of a watch that a person held up says nothing about the revision', () => {
  expect(outcomeAt(15 * 24 * hour, true, undefined, 'has a result')).toMatchObject({
    rollBack: 'none',
    undecided: true,
  });
});

it('the time of the job counts from the start of the execution, which can have waited for the lease for hours', () => {
  const observation = rolloutObservation({
    now: secondsAfterStart(20 * hour),
    executionStart: secondsAfterStart(-3.5 * hour),
    job: 'waits',
    serviceDeployment: serviceDeployment({ hooks: [pauseHook()] }),
  });
  expect(judgeRollout(suspendDeadline(observation), secondsAfterStart(0))).toHaveProperty('pauseReport');
});

it.each([
  ['a newer deployment of another execution, which is followed', true],
  ['our own, if ECS answered late', false],
])('a deployment that begins after the deadline and waits for a person is not late: %s', (_, followed) => {
  const observation = rolloutObservation({
    now: secondsAfterStart(5),
    deadline: secondsAfterStart(-20),
    executionStart: secondsAfterStart(-140),
    followed,
    job: 'waits',
    serviceDeployment: serviceDeployment({ hooks: [pauseHook()] }),
  });
  const verdict = judgeRollout(suspendDeadline(observation), secondsAfterStart(-100));
  expect(verdict).toMatchObject({ outcome: 'going on', pauseReport: undefined });
});

const subscription = { key: { pk: 'service', sk: 'events' }, deployment: 'ecs-svc/2' };

it.each([
  ['at first', 600, false, 120, true],
  ['after an event that was not about it', 600, true, 120, false],
  ['half a day later', 12 * hour, false, 480, true],
  ['after the result of the job', 3 * 24 * hour, false, 4 * hour, true],
  ['after an event of that time', 3 * 24 * hour, true, 4 * hour, false],
])(
  'while a person is awaited, an event can end the wait, but not two in a row: %s',
  (_, seconds, woken, wait, wakes) => {
    const observation = rolloutObservation({
      now: secondsAfterStart(seconds),
      job: seconds > 24 * hour ? 'has a result' : 'waits',
      subscription: { ...subscription, woken },
      serviceDeployment: serviceDeployment({ hooks: [pauseHook()] }),
    });
    const verdict = judgeRollout(suspendDeadline(observation), secondsAfterStart(0));
    expect(verdict).toMatchObject({ outcome: 'going on', waitSeconds: wait });
    expect('subscription' in verdict && verdict.subscription !== undefined).toBe(wakes);
  },
);

it('after a pause, the time limit counts from the first check that no longer finds it', () => {
  const paused = { serviceDeployment: serviceDeployment({ hooks: [pauseHook()] }), now: secondsAfterStart(60) };
  const progress = trackStages(paused, undefined);
  const after = suspendDeadline(rolloutObservation({ now: secondsAfterStart(5 * hour), job: 'waits', progress }));
  expect(after.deadline).toEqual(secondsAfterStart(6 * hour));
});
