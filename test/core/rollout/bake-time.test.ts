import { describe, expect, it } from 'vitest';
import { calculateRolloutDeadline } from '../../../core/rollout/bake-time.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { hasWarningSigns } from '../../../core/rollout/service-events.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  generationsOfTasks,
  newerDeployment,
  ourDeployment,
  pinnedImage,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
  stoppedTask,
} from './facts.ts';

/** Our deployment was stable at 120 s, and its bake time of ten minutes lasts until 720 s. */

const successful = { serviceDeployment: serviceDeployment({ status: 'SUCCESSFUL' }) };
const steady = ourDeployment({ running: 2, pending: 0, rolloutState: 'COMPLETED' });
const baking = (seconds: number, changes: Partial<RolloutObservation> = {}) =>
  judgeRollout(
    rolloutObservation({
      ...successful,
      bakeMinutes: 10,
      stableAt: secondsAfterStart(120),
      now: secondsAfterStart(seconds),
      service: serviceWith({ deployments: [steady], running: 2, pending: 0 }),
      ...changes,
    }),
    secondsAfterStart(0),
  );
const dead = (count: number) => Array.from({ length: count }, () => stoppedTask());

describe('the bake time', () => {
  it('begins with the first check that finds the rollout stable', () => {
    expect(baking(150, { stableAt: undefined })).toMatchObject({
      outcome: 'going on',
      stableAt: secondsAfterStart(150).toISOString(),
      waitSeconds: 12,
    });
  });

  it('is absent if none is requested', () => {
    expect(baking(150, { stableAt: undefined, bakeMinutes: 0 })).toMatchObject({ outcome: 'stable' });
  });

  it.each([
    ['goes on', 300, 'going on', 15],
    ['is checked at least once a minute', 2000, 'going on', 60],
    ['ends at most a second late', 715, 'going on', 6],
    ['ends in time', 720, 'stable', undefined],
  ])('%s', (_, seconds, outcome, waitSeconds) => {
    const verdict = baking(seconds, seconds === 2000 ? { bakeMinutes: 60 } : {});
    expect(verdict).toMatchObject({ outcome, stableAt: secondsAfterStart(120).toISOString() });
    expect('waitSeconds' in verdict ? verdict.waitSeconds : undefined).toBe(waitSeconds);
  });

  it('can end after the deadline of the rollout', () => {
    expect(baking(4000, { bakeMinutes: 120, deadline: secondsAfterStart(130) })).toMatchObject({ outcome: 'going on' });
  });

  const foreign = { deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE', rolloutState: 'COMPLETED' })] };
  const alarm = { fired: [{ name: 'web-5xx', reason: 'Threshold Crossed' }] };
  it.each<[string, Partial<RolloutObservation>, object]>([
    [
      'an alarm',
      alarm,
      {
        outcome: 'failed',
        rollBack: 'gantry',
        reason: expect.stringMatching(
          /failed and is rolled back: alarm web-5xx went to ALARM\. It had been stable since 2026-11-23 09:02:00 UTC, in its bake time of 10 minutes\.\nAlarm web-5xx: Threshold Crossed/,
        ),
      },
    ],
    [
      'an alarm if no rollback is requested',
      { ...alarm, rollBackOnFailure: false },
      { outcome: 'failed', rollBack: 'none', reason: expect.stringContaining('web:13 failed: alarm web-5xx') },
    ],
    [
      'tasks that fail repeatedly, after the circuit breaker has stopped counting',
      {
        stoppedTasks: generationsOfTasks(2, 2, 2),
        service: serviceWith({
          deployments: [ourDeployment({ running: 0 })],
          circuitBreaker: { enable: true, rollback: true },
        }),
        now: secondsAfterStart(165),
      },
      { outcome: 'failed', rollBack: 'gantry', reason: expect.stringContaining('does not stay up') },
    ],
    [
      "somebody else's deployment",
      { service: serviceWith(foreign) },
      { outcome: 'superseded', by: { deploymentId: 'ecs-svc/3', taskDefinition: revisionArn('web:14') } },
    ],
    [
      "somebody else's deployment, to which the alarm may belong",
      { service: serviceWith(foreign), ...alarm },
      { outcome: 'superseded' },
    ],
    [
      'a service that is deleted',
      { service: serviceWith({ status: 'DRAINING' }) },
      { outcome: 'failed', rollBack: 'none' },
    ],
  ])('ends with %s', (_, changes, expected) => {
    expect(baking(125, changes)).toMatchObject(expected);
  });

  it.each([
    ['one task that failed', { stoppedTasks: dead(1) }],
    ['tasks that failed before the running tasks started', { stoppedTasks: dead(4), now: secondsAfterStart(600) }],
  ])('continues in spite of %s', (_, changes) => {
    expect(baking(300, changes)).toMatchObject({ outcome: 'going on' });
  });

  const half = ourDeployment({ running: 1, pending: 1, rolloutState: 'COMPLETED' });
  const died = {
    service: serviceWith({ deployments: [half] }),
    stoppedTasks: [stoppedTask({ stoppedAt: secondsAfterStart(700) })],
  };
  const fewer = serviceWith({ deployments: [ourDeployment({ running: 2, desired: 2, rolloutState: 'COMPLETED' })] });
  const missing = serviceWith({ deployments: [ourDeployment({ running: 1, desired: 8, rolloutState: 'COMPLETED' })] });
  const scaled = serviceWith({ deployments: [ourDeployment({ running: 2, desired: 4, rolloutState: 'COMPLETED' })] });
  const before = [stoppedTask({ stoppedAt: secondsAfterStart(119) })];
  const started = (seconds: number) => [
    { at: secondsAfterStart(seconds), message: '(service web) has started 1 tasks: (task 1).' },
  ];
  const replaced = serviceWith({ deployments: [steady], events: started(710) });
  const scaledOut = serviceWith({ deployments: [half], events: started(1310) });
  it.each<[what: string, seconds: number, changes: Partial<RolloutObservation>, outcome: string]>([
    ['continues while a task that failed in it is not replaced', 720, died, 'going on'],
    ['continues like this for at most ten minutes', 1319, died, 'going on'],
    ['fails if the task is not replaced by then', 1320, died, 'failed'],
    ['continues while a task is missing that failed before it', 720, { ...died, stoppedTasks: before }, 'going on'],
    ['fails if that task is not replaced', 1320, { ...died, stoppedTasks: before }, 'failed'],
    ['continues while ECS does not show yet why a task is missing', 720, { ...died, stoppedTasks: [] }, 'going on'],
    ['continues while ECS may not show yet which task it replaced', 720, { service: replaced }, 'going on'],
    ['ends a minute after the last replacement', 770, { service: replaced }, 'stable'],
    ['ends if the service was scaled in and is being scaled out', 1320, { service: scaledOut }, 'stable'],
    ['ends if somebody raised the desired count', 720, { service: scaled, desiredAtStable: 2 }, 'stable'],
    [
      'ends if autoscaling raised the desired count and a task failed',
      720,
      { ...died, service: scaled, desiredAtStable: 2 },
      'stable',
    ],
    [
      'ends if autoscaling lowered the desired count and a task failed',
      720,
      { ...died, service: fewer, desiredAtStable: 4 },
      'stable',
    ],
    [
      'fails if fewer tasks run than before and than desired',
      1320,
      { ...died, service: missing, desiredAtStable: 4 },
      'failed',
    ],
  ])('%s (at %i s)', (_, seconds, changes, outcome) => {
    const verdict = baking(seconds, changes);
    expect(verdict.outcome).toBe(outcome);
    if (verdict.outcome === 'failed')
      expect(verdict).toMatchObject({
        rollBack: 'gantry',
        reason: expect.stringMatching(/1 of [28] tasks of web:13 run/),
      });
    if (verdict.outcome === 'going on') expect(verdict.waitSeconds).toBeGreaterThan(0);
  });

  it('requires a check of the tasks as soon as one is missing', () => {
    const missing = {
      ...successful,
      bakeMinutes: 10,
      stableAt: secondsAfterStart(120),
      service: serviceWith({ deployments: [half] }),
    };
    expect(hasWarningSigns(rolloutObservation(missing))).toBe(true);
    expect(hasWarningSigns(rolloutObservation({ ...missing, stableAt: undefined }))).toBe(false);
  });

  it("does not end because of somebody else's deployment that ECS rolls back to ours", () => {
    const reason = 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/2.';
    const back = newerDeployment({ taskDefinition: revisionArn('web:13'), rolloutStateReason: reason });
    expect(baking(300, { service: serviceWith({ deployments: [back] }) })).toMatchObject({
      outcome: 'going on',
      following: { deploymentId: 'ecs-svc/3' },
    });
  });

  it('continues with a newer deployment of the same images, for the remaining time', () => {
    const newestImages = [{ name: 'app', image: pinnedImage('b') }];
    expect(baking(300, { newestImages, service: serviceWith(foreign) })).toMatchObject({
      outcome: 'going on',
      following: { deploymentId: 'ecs-svc/3' },
      stableAt: secondsAfterStart(120).toISOString(),
    });
  });
});

it('fails at the first check that finds an alarm, even if ECS reports the rollout as stable at the same time', () => {
  const fired = [{ name: 'web-5xx' }];
  expect(judgeRollout(rolloutObservation({ fired }), secondsAfterStart(0))).toMatchObject({
    outcome: 'failed',
    rollBack: 'gantry',
  });
  expect(judgeRollout(rolloutObservation({ fired, ...successful }), secondsAfterStart(0))).toMatchObject({
    outcome: 'failed',
    rollBack: 'gantry',
  });
});

it.each([
  ['its own, before it is stable', undefined, secondsAfterStart(3600)],
  ['its own, if the bake time ends sooner', secondsAfterStart(120), secondsAfterStart(3600)],
  ['the end of the bake time, if that is later', secondsAfterStart(3300), secondsAfterStart(3900)],
])('the deadline of a rollout: %s', (_, stableAt, expected) => {
  expect(calculateRolloutDeadline(secondsAfterStart(3600), 10, stableAt)).toEqual(expected);
});
