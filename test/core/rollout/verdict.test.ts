import { describe, expect, it } from 'vitest';
import type { Look } from '../../../core/rollout/observation.ts';
import { judge } from '../../../core/rollout/verdict.ts';
import { at, history, look, newer, old, ours, service, task } from './facts.ts';

const verdict = (changes: Partial<Look>) => judge(look(changes), at(0));
const superseding = { service: service({ deployments: [newer(), ours({ status: 'ACTIVE' })] }) };
const tasks = (count: number, changes: Parameters<typeof task>[0] = {}) =>
  Array.from({ length: count }, () => task(changes));

describe('the verdict on a rollout', () => {
  it.each<[says: string, look: Partial<Look>, outcome: string]>([
    ['SUCCESSFUL is stable', { serviceDeployment: history({ status: 'SUCCESSFUL' }) }, 'stable'],
    [
      'SUCCESSFUL is stable although old tasks still run and the counts do not agree (earlySuccessCriteria)',
      { serviceDeployment: history({ status: 'SUCCESSFUL' }), service: service({ running: 4, desired: 2 }) },
      'stable',
    ],
    [
      'SUCCESSFUL is stable with a desired count of 0',
      {
        serviceDeployment: history({ status: 'SUCCESSFUL' }),
        service: service({ desired: 0, running: 0, deployments: [ours({ desired: 0, running: 0 })] }),
      },
      'stable',
    ],
    ['PENDING goes on', { serviceDeployment: history({ status: 'PENDING' }) }, 'going on'],
    ['IN_PROGRESS goes on', {}, 'going on'],
    [
      'running == desired with one deployment goes on while ECS has not said SUCCESSFUL (bake time)',
      { service: service({ running: 2, deployments: [ours({ running: 2, rolloutState: 'COMPLETED' })] }) },
      'going on',
    ],
    [
      'STOP_REQUESTED goes on until it is known what becomes of it',
      { serviceDeployment: history({ status: 'STOP_REQUESTED' }) },
      'going on',
    ],
    [
      'without an entry in the history the rollout state decides: COMPLETED',
      { serviceDeployment: undefined, service: service({ deployments: [ours({ rolloutState: 'COMPLETED' })] }) },
      'stable',
    ],
    [
      'without an entry in the history the rollout state decides: IN_PROGRESS',
      { serviceDeployment: undefined },
      'going on',
    ],
    [
      'behind a Classic Load Balancer, without any state, the counts decide',
      {
        serviceDeployment: undefined,
        service: service({ running: 2, deployments: [ours({ rolloutState: undefined })] }),
      },
      'stable',
    ],
    [
      'behind a Classic Load Balancer it goes on while the old deployment is there',
      {
        serviceDeployment: undefined,
        service: service({ running: 2, deployments: [ours({ rolloutState: undefined }), old()] }),
      },
      'going on',
    ],
    [
      'a deployment that the list does not show yet goes on',
      { now: at(5), serviceDeployment: undefined, service: service({ deployments: [old({ status: 'PRIMARY' })] }) },
      'going on',
    ],
    ['two failed tasks go on', { stoppedTasks: tasks(2) }, 'going on'],
    [
      'tasks that the scheduler replaced are no failures',
      {
        stoppedTasks: tasks(9, {
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/2)',
        }),
      },
      'going on',
    ],
    [
      'tasks that a Spot interruption took are no failures',
      { stoppedTasks: tasks(9, { stopCode: 'SpotInterruption' }) },
      'going on',
    ],
    [
      'STOPPED a moment ago goes on for one look, since what came after may not be listed yet',
      { serviceDeployment: history({ status: 'STOPPED', finishedAt: at(170) }) },
      'going on',
    ],
  ])('%s', (_, changes, outcome) => {
    expect(verdict(changes).outcome).toBe(outcome);
  });
});

describe('how ECS ends the five scenarios that other deployers get wrong', () => {
  const done = history({ status: 'SUCCESSFUL' });
  it.each<[scenario: string, looks: Partial<Look>[], outcomes: string[]]>([
    ['ok', [{ now: at(15) }, { now: at(40), serviceDeployment: done }], ['going on', 'stable']],
    [
      'circuit breaker with rollback',
      [{ now: at(20) }, { now: at(35), serviceDeployment: history({ status: 'ROLLBACK_IN_PROGRESS' }) }],
      ['going on', 'failed'],
    ],
    [
      'circuit breaker without rollback',
      [{ now: at(20) }, { now: at(35), service: service({ deployments: [ours({ rolloutState: 'FAILED' })] }) }],
      ['going on', 'failed'],
    ],
    [
      'crash loop',
      [
        { now: at(25), stoppedTasks: tasks(2, { startedAt: at(2), stoppedAt: at(20) }) },
        { now: at(37), stoppedTasks: tasks(3, { startedAt: at(12), stoppedAt: at(30) }) },
      ],
      ['going on', 'failed'],
    ],
    ['superseded', [{ now: at(15) }, { now: at(30), ...superseding }], ['going on', 'superseded']],
  ])('%s', (_, looks, outcomes) => {
    expect(looks.map((changes) => verdict(changes).outcome)).toEqual(outcomes);
  });
});
