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

describe('the truth about a release is visible', () => {
  it.each([
    ['when its deployment completes', 'completed', [deployment(20, 'COMPLETED', 'ours')], 20],
    [
      'not when a deployment of another service completes',
      'completed',
      [deployment(20, 'COMPLETED', 'ours', 'old-web')],
      undefined,
    ],
    ['not when the rollback completes', 'completed', [deployment(20, 'COMPLETED', 'back')], undefined],
    [
      'when its deployment fails',
      'failed',
      [deployment(20, 'FAILED', 'ours'), deployment(21, 'IN_PROGRESS', 'back')],
      20,
    ],
    ['when a newer deployment starts', 'superseded', [deployment(25, 'IN_PROGRESS', 'newer')], 25],
    [
      'with the first event that no task can be started',
      'impaired',
      [impaired(15, 'old-web'), impaired(20, 'web'), impaired(30, 'web')],
      20,
    ],
    [
      'when its second task has stopped by itself',
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
    const all = [...before, deployment(since + 1, 'IN_PROGRESS', 'ours'), ...events];
    expect(findFactTime(all, { service: 'web', since, fact })).toBe(at);
  });

  it('never if the release started no deployment', () => {
    expect(findFactTime(before, { service: 'web', since, fact: 'failed' })).toBeUndefined();
  });
});
