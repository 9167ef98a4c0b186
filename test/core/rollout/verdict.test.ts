import { describe, expect, it } from 'vitest';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  newerDeployment,
  ourDeployment,
  previousDeployment,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
  stoppedTask,
} from './facts.ts';

const verdict = (changes: Partial<RolloutObservation>) =>
  judgeRollout(rolloutObservation(changes), secondsAfterStart(0));
const superseding = { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) };
const tasks = (count: number, changes: Parameters<typeof stoppedTask>[0] = {}) =>
  Array.from({ length: count }, () => stoppedTask(changes));

const steadyAfter = (seconds: number) => ({
  at: secondsAfterStart(seconds),
  message: '(service web) has reached a steady state.',
});

it.each([
  ['of a rolling update, by its rollout state', false, 'stable'],
  ['of one that shifts traffic or has hooks, never', true, 'going on'],
])('without an entry in the history a deployment is stable: %s', (_, shiftsTraffic, outcome) => {
  const deployments = [ourDeployment({ running: 2, pending: 0, rolloutState: 'COMPLETED' })];
  const service = serviceWith({ deployments, running: 2, shiftsTraffic });
  const observation = rolloutObservation({ service, serviceDeployment: undefined });
  expect(judgeRollout(observation, secondsAfterStart(0)).outcome).toBe(outcome);
});

describe('the verdict on a rollout', () => {
  it.each<[says: string, observation: Partial<RolloutObservation>, outcome: string]>([
    ['SUCCESSFUL is stable', { serviceDeployment: serviceDeployment({ status: 'SUCCESSFUL' }) }, 'stable'],
    [
      'SUCCESSFUL is stable although old tasks still run and the counts do not agree (earlySuccessCriteria)',
      {
        serviceDeployment: serviceDeployment({ status: 'SUCCESSFUL' }),
        service: serviceWith({ running: 4, desired: 2 }),
      },
      'stable',
    ],
    [
      'SUCCESSFUL is stable with a desired count of 0',
      {
        serviceDeployment: serviceDeployment({ status: 'SUCCESSFUL' }),
        service: serviceWith({ desired: 0, running: 0, deployments: [ourDeployment({ desired: 0, running: 0 })] }),
      },
      'stable',
    ],
    ['PENDING is in progress', { serviceDeployment: serviceDeployment({ status: 'PENDING' }) }, 'going on'],
    ['IN_PROGRESS is in progress', {}, 'going on'],
    [
      'running == desired with one deployment is in progress until ECS reports SUCCESSFUL (bake time)',
      { service: serviceWith({ running: 2, deployments: [ourDeployment({ running: 2, rolloutState: 'COMPLETED' })] }) },
      'going on',
    ],
    [
      'STOP_REQUESTED is in progress until the result is known',
      { serviceDeployment: serviceDeployment({ status: 'STOP_REQUESTED' }) },
      'going on',
    ],
    [
      'without an entry in the history the rollout state decides: COMPLETED',
      {
        serviceDeployment: undefined,
        service: serviceWith({ deployments: [ourDeployment({ rolloutState: 'COMPLETED' })] }),
      },
      'stable',
    ],
    [
      'without an entry in the history the rollout state decides: IN_PROGRESS',
      { serviceDeployment: undefined },
      'going on',
    ],
    [
      'behind a Classic Load Balancer, without any state, the counts and the event about the steady state decide',
      {
        serviceDeployment: undefined,
        service: serviceWith({
          running: 2,
          deployments: [ourDeployment({ rolloutState: undefined })],
          events: [steadyAfter(30)],
        }),
      },
      'stable',
    ],
    ...[[], [steadyAfter(-30)]].map((events): [string, Partial<RolloutObservation>, string] => [
      `behind a Classic Load Balancer it is in progress with all tasks and ${events.length} older events about the steady state`,
      {
        serviceDeployment: undefined,
        service: serviceWith({ running: 2, deployments: [ourDeployment({ rolloutState: undefined })], events }),
      },
      'going on',
    ]),
    [
      'behind a Classic Load Balancer it is in progress while the old deployment is listed',
      {
        serviceDeployment: undefined,
        service: serviceWith({
          running: 2,
          deployments: [ourDeployment({ rolloutState: undefined }), previousDeployment()],
        }),
      },
      'going on',
    ],
    [
      'a deployment that the list does not show yet is in progress',
      {
        now: secondsAfterStart(5),
        serviceDeployment: undefined,
        service: serviceWith({ deployments: [previousDeployment({ status: 'PRIMARY' })] }),
      },
      'going on',
    ],
    ['two failed tasks are in progress', { stoppedTasks: tasks(2) }, 'going on'],
    [
      'tasks that the scheduler replaced are not failures',
      {
        stoppedTasks: tasks(9, {
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/2)',
        }),
      },
      'going on',
    ],
    [
      'tasks that a Spot interruption stopped are not failures',
      { stoppedTasks: tasks(9, { stopCode: 'SpotInterruption' }) },
      'going on',
    ],
    [
      'STOPPED is in progress for one check, because a newer deployment may not be listed yet',
      { serviceDeployment: serviceDeployment({ status: 'STOPPED', finishedAt: secondsAfterStart(170) }) },
      'going on',
    ],
  ])('%s', (_, changes, outcome) => {
    expect(verdict(changes).outcome).toBe(outcome);
  });
});

describe("ECS's statuses in the five scenarios that other deployers misjudge", () => {
  const done = serviceDeployment({ status: 'SUCCESSFUL' });
  it.each<[scenario: string, looks: Partial<RolloutObservation>[], outcomes: string[]]>([
    [
      'ok',
      [{ now: secondsAfterStart(15) }, { now: secondsAfterStart(40), serviceDeployment: done }],
      ['going on', 'stable'],
    ],
    [
      'circuit breaker with rollback',
      [
        { now: secondsAfterStart(20) },
        { now: secondsAfterStart(35), serviceDeployment: serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' }) },
      ],
      ['going on', 'failed'],
    ],
    [
      'circuit breaker without rollback',
      [
        { now: secondsAfterStart(20) },
        {
          now: secondsAfterStart(35),
          service: serviceWith({ deployments: [ourDeployment({ rolloutState: 'FAILED' })] }),
        },
      ],
      ['going on', 'failed'],
    ],
    [
      'crash loop',
      [
        {
          now: secondsAfterStart(25),
          stoppedTasks: tasks(2, { startedAt: secondsAfterStart(2), stoppedAt: secondsAfterStart(20) }),
        },
        {
          now: secondsAfterStart(37),
          stoppedTasks: tasks(3, { startedAt: secondsAfterStart(12), stoppedAt: secondsAfterStart(30) }),
        },
      ],
      ['going on', 'failed'],
    ],
    [
      'superseded',
      [{ now: secondsAfterStart(15) }, { now: secondsAfterStart(30), ...superseding }],
      ['going on', 'superseded'],
    ],
  ])('%s', (_, looks, outcomes) => {
    expect(looks.map((changes) => verdict(changes).outcome)).toEqual(outcomes);
  });
});
