import { describe, expect, it } from 'vitest';
import { findFailedLaunches, findTooManyFailedLaunches } from '../../../core/rollout/failed-launches.ts';
import { ourDeployment, rolloutObservation, secondsAfterStart, serviceWith, stoppedTask } from './facts.ts';

const failure =
  "(service web) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::222222222222:role/web').";
const capacity = '(service web) failed to launch a task with (error Capacity is unavailable at this time).';
const start = '(service web) has started 1 tasks: (task 1).';

describe('failed launches without a task fail a rollout', () => {
  it.each<
    [
      what: string,
      fails: boolean,
      messages: string[],
      deployment: Parameters<typeof ourDeployment>[0],
      enable?: boolean,
    ]
  >([
    ['25 events and no start', true, Array(25).fill(failure), { running: 0, failed: 25 }],
    ['one event, which ECS does not repeat, and 25 failed tasks', true, [failure], { running: 0, failed: 25 }],
    ['events alone, without a count', true, [failure, failure, failure], { running: 0, failed: 0 }],
    ['one event', false, [failure], { running: 0, failed: 1 }],
    ['one event and then a start', false, [start, failure], { running: 0, failed: 1 }],
    ['many events and then a start', false, [start, ...Array(25).fill(failure)], { running: 0, failed: 0 }],
    ['a start and then many events', true, [failure, failure, failure, start], { running: 0, failed: 3 }],
    ['as many tasks that run', false, [failure, failure, failure], { running: 3, desired: 4, failed: 3 }],
    ["AWS's own trouble", false, Array(25).fill(capacity), { running: 0, failed: 25 }],
    ['no event at all', false, [], { running: 0, failed: 25 }],
    ['a circuit breaker that counts them', false, [failure, failure, failure], { running: 0, failed: 3 }, true],
    ['twice as many as a circuit breaker allows', true, [failure], { running: 0, failed: 6 }, true],
  ])('%s: %s', (_, fails, messages, deployment, enable = false) => {
    const service = serviceWith({
      deployments: [ourDeployment(deployment)],
      events: messages.map((message, at) => ({ at: secondsAfterStart(170 - at), message })),
      circuitBreaker: { enable, rollback: false },
    });
    expect(findTooManyFailedLaunches(rolloutObservation({ service })) !== undefined).toBe(fails);
  });
});

it('failed launches do not include tasks that were launched and then stopped', () => {
  const observation = rolloutObservation({
    service: serviceWith({
      deployments: [ourDeployment({ failed: 3 })],
      events: [{ at: secondsAfterStart(100), message: failure }],
    }),
    stoppedTasks: [stoppedTask(), stoppedTask()],
  });
  expect(findFailedLaunches(observation)?.count).toBe(1);
});
