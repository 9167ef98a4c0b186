import { describe, expect, it } from 'vitest';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { suspendDeadline } from '../../../core/rollout/pause.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  generationsOfTasks,
  newerDeployment,
  ourDeployment,
  pauseHook,
  previousDeployment,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
  stoppedTask,
} from './facts.ts';

const verdict = (changes: Partial<RolloutObservation>) =>
  judgeRollout(rolloutObservation(changes), secondsAfterStart(0));
const breaker = (changes: { enable?: boolean; rollback?: boolean }) => ({ enable: true, rollback: false, ...changes });
const complete = ourDeployment({ running: 2, pending: 0, rolloutState: 'COMPLETED' });
const tasksStoppedByAws = generationsOfTasks(2, 1).map((task) => ({
  ...task,
  stopCode: 'TaskFailedToStart',
  stoppedReason: 'Capacity is unavailable at this time. Please try again later',
  containers: [],
}));
const none = serviceWith({ deployments: [ourDeployment({ running: 0 })] });
const loop = (changes: Parameters<typeof stoppedTask>[0] = {}) => ({
  service: none,
  stoppedTasks: generationsOfTasks(2, 1).map((task) => ({ ...task, ...changes })),
});

describe('a failed rollout', () => {
  it.each<[says: string, observation: Partial<RolloutObservation>, rollBack: string, reason: RegExp]>([
    [
      'ROLLBACK_REQUESTED',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_REQUESTED' }) },
      'ecs',
      /rolling it back/,
    ],
    [
      'ROLLBACK_IN_PROGRESS, with the old revision as the newest deployment already',
      {
        serviceDeployment: serviceDeployment({
          status: 'ROLLBACK_IN_PROGRESS',
          statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        }),
        service: serviceWith({
          deployments: [
            newerDeployment({ taskDefinition: revisionArn('web:12') }),
            ourDeployment({ status: 'ACTIVE', rolloutState: 'FAILED' }),
          ],
        }),
      },
      'ecs',
      /ecs-svc\/2 of web:13 failed.*\n[\s\S]*threshold was exceeded/,
    ],
    [
      'ROLLBACK_SUCCESSFUL',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_SUCCESSFUL' }) },
      'none',
      /has rolled it back/,
    ],
    [
      'ROLLBACK_SUCCESSFUL, because of alarms',
      {
        serviceDeployment: serviceDeployment({
          status: 'ROLLBACK_SUCCESSFUL',
          alarms: { status: 'TRIGGERED', triggered: ['5xx', 'slow'] },
        }),
      },
      'none',
      /ECS has rolled it back: alarms 5xx, slow went to ALARM\./,
    ],
    [
      'ROLLBACK_IN_PROGRESS, because of an alarm without a name',
      {
        serviceDeployment: serviceDeployment({
          status: 'ROLLBACK_IN_PROGRESS',
          alarms: { status: 'TRIGGERED', triggered: [] },
        }),
      },
      'ecs',
      /ECS is rolling it back: an alarm went to ALARM\./,
    ],
    [
      'ROLLBACK_FAILED',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }) },
      'gantry',
      /failed, and so did ECS's rollback of it\./,
    ],
    [
      'ROLLBACK_FAILED of a release that is not to be rolled back',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }), rollBackOnFailure: false },
      'none',
      /failed, and so did ECS's rollback of it\./,
    ],
    [
      'rollout state FAILED without a rollback',
      {
        service: serviceWith({
          deployments: [
            ourDeployment({
              rolloutState: 'FAILED',
              rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
            }),
            previousDeployment(),
          ],
        }),
      },
      'gantry',
      /tasks failed to start/,
    ],
    [
      'rollout state FAILED with a circuit breaker that rolls back',
      {
        service: serviceWith({
          circuitBreaker: breaker({ rollback: true }),
          deployments: [ourDeployment({ rolloutState: 'FAILED' })],
        }),
      },
      'ecs',
      /ECS gave it up/,
    ],
    [
      'a circuit breaker that fired without rollback',
      {
        service: serviceWith({ circuitBreaker: breaker({}) }),
        serviceDeployment: serviceDeployment({
          status: 'STOPPED',
          finishedAt: secondsAfterStart(179),
          circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
        }),
      },
      'gantry',
      /circuit breaker stopped it[\s\S]*3 failed tasks.*gives up at 3/,
    ],
    [
      'an alarm that fired although only the circuit breaker rolls back',
      {
        service: serviceWith({
          circuitBreaker: breaker({ rollback: true }),
          alarms: { enable: true, rollback: false },
        }),
        serviceDeployment: serviceDeployment({ alarms: { status: 'TRIGGERED', triggered: ['5xx'] } }),
        alarms: [{ name: '5xx', reason: 'Threshold Crossed: 9 > 5' }],
      },
      'gantry',
      /failed: alarm 5xx went to ALARM\.\n[\s\S]*9 > 5/,
    ],
    [
      'an alarm that fired and rolls back',
      {
        service: serviceWith({ alarms: { enable: true, rollback: true } }),
        serviceDeployment: serviceDeployment({ alarms: { status: 'TRIGGERED', triggered: ['5xx'] } }),
      },
      'ecs',
      /5xx/,
    ],
    [
      'STOPPED by a person with no deployment after it',
      { serviceDeployment: serviceDeployment({ status: 'STOPPED', finishedAt: secondsAfterStart(90) }) },
      'none',
      /stopped by somebody/,
    ],
    [
      "without a history, ECS's rollback according to its message",
      {
        serviceDeployment: undefined,
        service: serviceWith({
          deployments: [
            newerDeployment({
              taskDefinition: revisionArn('web:12'),
              rolloutStateReason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.',
            }),
          ],
        }),
      },
      'ecs',
      /ECS rolls it back/,
    ],
    [
      'without a history, a deployment that is no longer listed',
      {
        serviceDeployment: undefined,
        service: serviceWith({ deployments: [previousDeployment({ status: 'PRIMARY' })] }),
      },
      'none',
      /is gone/,
    ],
    ['a service that is being deleted', { service: serviceWith({ status: 'DRAINING' }) }, 'none', /DRAINING/],
    [
      'a service that does not exist',
      { service: serviceWith({ status: 'MISSING', deployments: [] }) },
      'none',
      /MISSING/,
    ],
    [
      'a crash loop without a circuit breaker',
      loop(),
      'gantry',
      /3 tasks stopped for the same cause, Essential container in task exited: app exited with code 1/,
    ],
    [
      'failed health checks again and again',
      loop({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason:
          'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/web/1)',
      }),
      'gantry',
      /failed ELB health checks/,
    ],
    [
      'a missing image, once a retry failed too',
      loop({
        stopCode: 'TaskFailedToStart',
        stoppedReason:
          'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:43: not found',
        containers: [],
      }),
      'gantry',
      /trying again did not help: CannotPullContainerError/,
    ],
    [
      'launches that fail before there is a task',
      {
        service: serviceWith({
          deployments: [ourDeployment({ running: 0, failed: 25 })],
          events: [
            {
              at: secondsAfterStart(170),
              message: `(service web) failed to launch a task with (error ECS was unable to assume the role '${'x'.repeat(20)}').`,
            },
          ],
        }),
      },
      'gantry',
      /ECS cannot launch tasks of deployment ecs-svc\/2 of web:13: 25 launches failed in a row, the last one with: ECS was unable to assume the role 'x{20}'\./,
    ],
    [
      "AWS's own trouble that lasts until the deadline",
      {
        now: secondsAfterStart(3600),
        stoppedTasks: tasksStoppedByAws,
      },
      'gantry',
      /not stable at its deadline.*AWS stopped 3 of its tasks \("Capacity is unavailable at this time\. Please try again later"\)/,
    ],
    [
      'a deployment that shifts traffic and that the history does not show',
      {
        now: secondsAfterStart(3600),
        serviceDeployment: undefined,
        historyDenied: true,
        service: serviceWith({ deployments: [complete], shiftsTraffic: true, historyDecides: true }),
      },
      'gantry',
      /not stable at its deadline.*only ECS's deployment history shows[\s\S]*Warning: the target role is not allowed to read/,
    ],
    [
      'a rollout that is not done at its deadline',
      {
        now: secondsAfterStart(3600),
        service: serviceWith({
          events: [
            {
              at: secondsAfterStart(100),
              message:
                '(service web) was unable to place a task because no container instance met all of its requirements.',
            },
          ],
        }),
      },
      'gantry',
      /not stable at its deadline.*1 of 2 tasks of web:13 runs; 2 of web:12.*unable to place a task/,
    ],
    [
      'PENDING until the deadline',
      { now: secondsAfterStart(3600), serviceDeployment: serviceDeployment({ status: 'PENDING' }) },
      'gantry',
      /has not begun it yet \(PENDING\)/,
    ],
    [
      'a lifecycle hook that nobody answered until the end of the watch',
      suspendDeadline(
        rolloutObservation({
          now: secondsAfterStart(24.5 * 3600),
          serviceDeployment: serviceDeployment({ hooks: [pauseHook()] }),
        }),
      ),
      'none',
      /still waits.*hook ecs-pause-1 waits for somebody.*The deployment was not touched/,
    ],
  ])('failed: %s', (_, changes, rollBack, reason) => {
    expect(verdict(changes)).toMatchObject({
      outcome: 'failed',
      rollBack,
      reason: expect.stringMatching(reason),
      at: expect.any(String),
    });
  });

  it('is not rolled back if nobody requested a rollback', () => {
    const failed = verdict({ rollBackOnFailure: false, ...loop() });
    expect(failed).toMatchObject({ outcome: 'failed', rollBack: 'none' });
  });

  it('has the stopped tasks, their exit codes and the last events in the reason', () => {
    const failed = verdict({
      serviceDeployment: serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' }),
      service: serviceWith({
        events: [
          { at: secondsAfterStart(150), message: '(service web) was unable to place a task.' },
          { at: secondsAfterStart(-5), message: 'before our time' },
        ],
      }),
      stoppedTasks: [
        stoppedTask(),
        stoppedTask({
          containers: [
            { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
          ],
        }),
      ],
    });
    expect(failed).toMatchObject({
      reason: expect.stringMatching(
        /app exited with code 1 [\s\S]*app ran out of memory[\s\S]*Event 09:02:30 UTC: \(service web\) was unable/,
      ),
    });
    expect(failed).not.toMatchObject({ reason: expect.stringContaining('before our time') });
  });
});
