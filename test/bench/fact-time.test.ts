import { describe, expect, it } from 'vitest';
import { findFactTime, type RecordedEvent } from '../../bench/fact-time.ts';

const deployment = (at: number, name: string, deploymentId: string, service = 'web'): RecordedEvent => ({
  at,
  event: {
    'detail-type': 'ECS Deployment State Change',
    resources: [`arn:aws:ecs:eu-west-1:222222222222:service/bench/${service}`],
    detail: { eventName: `SERVICE_DEPLOYMENT_${name}`, deploymentId },
  },
});

const task = (at: number, startedBy: string, stopCode: string, lastStatus = 'STOPPED'): RecordedEvent => ({
  at,
  event: { 'detail-type': 'ECS Task State Change', resources: [], detail: { startedBy, stopCode, lastStatus } },
});

const impaired = (at: number, service: string): RecordedEvent => ({
  at,
  event: {
    'detail-type': 'ECS Service Action',
    resources: [`arn:aws:ecs:eu-west-1:222222222222:service/bench/${service}`],
    detail: { eventName: 'SERVICE_TASK_START_IMPAIRED' },
  },
});

const before = [deployment(1, 'IN_PROGRESS', 'first'), deployment(2, 'COMPLETED', 'first')];
const since = 10;

describe('when the truth is visible', () => {
  it.each([
    ['with the end of our deployment', 'completed', [deployment(20, 'COMPLETED', 'ours')], 20],
    ['not with the end of another service', 'completed', [deployment(20, 'COMPLETED', 'ours', 'old-web')], undefined],
    ['not with the end of the rollback', 'completed', [deployment(20, 'COMPLETED', 'back')], undefined],
    [
      'with the failure of ours',
      'failed',
      [deployment(20, 'FAILED', 'ours'), deployment(21, 'IN_PROGRESS', 'back')],
      20,
    ],
    ['with the start of a newer one', 'superseded', [deployment(25, 'IN_PROGRESS', 'newer')], 25],
    [
      'with the first word that no task can be started',
      'impaired',
      [impaired(15, 'old-web'), impaired(20, 'web'), impaired(30, 'web')],
      20,
    ],
    [
      'with the second task of ours that died',
      { stopped: 2 },
      [
        task(20, 'ours', 'EssentialContainerExited'),
        task(21, 'first', 'TaskFailedToStart'),
        task(22, 'ours', 'ServiceSchedulerInitiated'),
        task(23, 'ours', 'TaskFailedToStart', 'DEPROVISIONING'),
        task(24, 'ours', 'TaskFailedToStart'),
      ],
      24,
    ],
  ] as const)('%s', (_name, fact, events, at) => {
    const heard = [...before, deployment(since + 1, 'IN_PROGRESS', 'ours'), ...events];
    expect(findFactTime(heard, { service: 'web', since, fact })).toBe(at);
  });

  it('never, where ECS was not asked for anything', () => {
    expect(findFactTime(before, { service: 'web', since, fact: 'failed' })).toBeUndefined();
  });
});
