import { describe, expect, it } from 'vitest';
import type { Look } from '../../../core/rollout/observation.ts';
import { judge } from '../../../core/rollout/verdict.ts';
import { at, history, look, newer, old, ours, revision, service, task } from './facts.ts';

const verdict = (changes: Partial<Look>) => judge(look(changes), at(0));
const breaker = (changes: { enable?: boolean; rollback?: boolean }) => ({ enable: true, rollback: false, ...changes });
const tasks = (count: number, changes: Parameters<typeof task>[0] = {}) =>
  Array.from({ length: count }, () => task(changes));

describe('a failed rollout', () => {
  it.each<[says: string, look: Partial<Look>, rollBack: string, reason: RegExp]>([
    ['ROLLBACK_REQUESTED', { serviceDeployment: history({ status: 'ROLLBACK_REQUESTED' }) }, 'ecs', /rolling it back/],
    [
      'ROLLBACK_IN_PROGRESS, with the old revision as the newest deployment already',
      {
        serviceDeployment: history({
          status: 'ROLLBACK_IN_PROGRESS',
          statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        }),
        service: service({
          deployments: [
            newer({ taskDefinition: revision('web:12') }),
            ours({ status: 'ACTIVE', rolloutState: 'FAILED' }),
          ],
        }),
      },
      'ecs',
      /ecs-svc\/2 of web:13 failed.*\n[\s\S]*threshold was exceeded/,
    ],
    [
      'ROLLBACK_SUCCESSFUL',
      { serviceDeployment: history({ status: 'ROLLBACK_SUCCESSFUL' }) },
      'none',
      /has rolled it back/,
    ],
    [
      'ROLLBACK_SUCCESSFUL, because of alarms',
      {
        serviceDeployment: history({
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
        serviceDeployment: history({ status: 'ROLLBACK_IN_PROGRESS', alarms: { status: 'TRIGGERED', triggered: [] } }),
      },
      'ecs',
      /ECS is rolling it back: an alarm went to ALARM\./,
    ],
    ['ROLLBACK_FAILED', { serviceDeployment: history({ status: 'ROLLBACK_FAILED' }) }, 'none', /needs a person/],
    [
      'rollout state FAILED without a rollback',
      {
        service: service({
          deployments: [
            ours({
              rolloutState: 'FAILED',
              rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
            }),
            old(),
          ],
        }),
      },
      'gantry',
      /tasks failed to start/,
    ],
    [
      'rollout state FAILED with a circuit breaker that rolls back',
      {
        service: service({
          circuitBreaker: breaker({ rollback: true }),
          deployments: [ours({ rolloutState: 'FAILED' })],
        }),
      },
      'ecs',
      /ECS gave it up/,
    ],
    [
      'a circuit breaker that fired without rollback',
      {
        service: service({ circuitBreaker: breaker({}) }),
        serviceDeployment: history({
          status: 'STOPPED',
          finishedAt: at(179),
          circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
        }),
      },
      'gantry',
      /circuit breaker stopped it[\s\S]*3 failed tasks.*gives up at 3/,
    ],
    [
      'an alarm that fired where only the circuit breaker rolls back',
      {
        service: service({ circuitBreaker: breaker({ rollback: true }), alarms: { enable: true, rollback: false } }),
        serviceDeployment: history({ alarms: { status: 'TRIGGERED', triggered: ['5xx'] } }),
        alarms: [{ name: '5xx', reason: 'Threshold Crossed: 9 > 5' }],
      },
      'gantry',
      /failed: alarm 5xx went to ALARM\.\n[\s\S]*9 > 5/,
    ],
    [
      'an alarm that fired where alarms roll back',
      {
        service: service({ alarms: { enable: true, rollback: true } }),
        serviceDeployment: history({ alarms: { status: 'TRIGGERED', triggered: ['5xx'] } }),
      },
      'ecs',
      /5xx/,
    ],
    [
      'STOPPED by hand with nothing after it',
      { serviceDeployment: history({ status: 'STOPPED', finishedAt: at(90) }) },
      'none',
      /stopped by somebody/,
    ],
    [
      "without a history, ECS's rollback by its words",
      {
        serviceDeployment: undefined,
        service: service({
          deployments: [
            newer({
              taskDefinition: revision('web:12'),
              rolloutStateReason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.',
            }),
          ],
        }),
      },
      'ecs',
      /ECS rolls it back/,
    ],
    [
      'without a history, a deployment that has vanished',
      { serviceDeployment: undefined, service: service({ deployments: [old({ status: 'PRIMARY' })] }) },
      'none',
      /is gone/,
    ],
    ['a service that is being deleted', { service: service({ status: 'DRAINING' }) }, 'none', /DRAINING/],
    ['a service that is not there', { service: service({ status: 'MISSING', deployments: [] }) }, 'none', /MISSING/],
    [
      'a crash loop that no circuit breaker ends',
      { stoppedTasks: tasks(3, { stoppedAt: at(178) }) },
      'gantry',
      /3 tasks died of the same cause, Essential container in task exited: app exited with code 1/,
    ],
    [
      'failed health checks again and again',
      {
        stoppedTasks: tasks(3, {
          stoppedAt: at(178),
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason:
            'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/web/1)',
        }),
      },
      'gantry',
      /failed ELB health checks/,
    ],
    [
      'an image that is not there, at the first task',
      {
        service: service({ deployments: [ours({ running: 0 })] }),
        stoppedTasks: [
          task({
            stopCode: 'TaskFailedToStart',
            stoppedReason:
              'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:43: not found',
            containers: [],
          }),
        ],
      },
      'gantry',
      /trying again does not help: CannotPullContainerError/,
    ],
    [
      'a rollout that is not done at its deadline',
      {
        now: at(3600),
        service: service({
          events: [
            {
              at: at(100),
              message:
                '(service web) was unable to place a task because no container instance met all of its requirements.',
            },
          ],
        }),
      },
      'gantry',
      /not stable at its deadline.*1 of 2 tasks run.*unable to place a task/,
    ],
    [
      'PENDING until the deadline',
      { now: at(3600), serviceDeployment: history({ status: 'PENDING' }) },
      'gantry',
      /has not begun it yet \(PENDING\)/,
    ],
    [
      'a lifecycle hook that nobody answered until the deadline',
      { now: at(3600), serviceDeployment: history({ hooksAwaitingAction: ['approve-traffic'] }) },
      'gantry',
      /hook approve-traffic waits for somebody/,
    ],
  ])('failed: %s', (_, changes, rollBack, reason) => {
    expect(verdict(changes)).toMatchObject({
      outcome: 'failed',
      rollBack,
      reason: expect.stringMatching(reason),
      at: expect.any(String),
    });
  });

  it('leaves a failed rollout as it is where nobody wants it rolled back', () => {
    const failed = verdict({ rollBackOnFailure: false, stoppedTasks: tasks(3, { stoppedAt: at(178) }) });
    expect(failed).toMatchObject({ outcome: 'failed', rollBack: 'none' });
  });

  it('fails with the stopped tasks, their exit codes and the last events in the reason', () => {
    const failed = verdict({
      serviceDeployment: history({ status: 'ROLLBACK_IN_PROGRESS' }),
      service: service({
        events: [
          { at: at(150), message: '(service web) was unable to place a task.' },
          { at: at(-5), message: 'before our time' },
        ],
      }),
      stoppedTasks: [
        task(),
        task({
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
