import { describe, expect, it } from 'vitest';
import { verdictSchema } from '../../../core/model/verdict-schemas.ts';
import { formatServiceStatus, toServiceStatus } from '../../../core/rollout/task-counts.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  ourDeployment,
  previousDeployment,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceWith,
} from './facts.ts';

const crashing = ourDeployment({ taskDefinition: revisionArn('web:3'), running: 0 });
const old = previousDeployment({ taskDefinition: revisionArn('web:2'), running: 2 });

describe('the service status names the revision of every count', () => {
  it.each([
    ['of one deployment', [ourDeployment({ running: 2 })], 'web:13 (2 of 2 tasks of web:13 run)'],
    ['while the previous revision still runs', [crashing, old], 'web:3 (0 of 2 tasks of web:3 run; 2 of web:2)'],
    ['in any order of the list', [old, crashing], 'web:3 (0 of 2 tasks of web:3 run; 2 of web:2)'],
    [
      'of two older deployments of one revision',
      [crashing, old, { ...old, id: 'ecs-svc/0', running: 1 }],
      'web:3 (0 of 2 tasks of web:3 run; 3 of web:2)',
    ],
    [
      'while a revision replaces its own tasks',
      [ourDeployment({ running: 1 }), ourDeployment({ id: 'ecs-svc/1', status: 'ACTIVE', running: 2 })],
      'web:13 (1 of 2 tasks of web:13 runs; 2 older of web:13)',
    ],
    ['after the old tasks have stopped', [crashing, { ...old, running: 0 }], 'web:3 (0 of 2 tasks of web:3 run)'],
    ['of a service without a deployment', [], 'web:13'],
  ])('%s', (_, deployments, expected) => {
    const taskDefinition = deployments.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
    const service = serviceWith({ deployments, ...(taskDefinition === undefined ? {} : { taskDefinition }) });
    expect(formatServiceStatus(toServiceStatus(service))).toBe(expected);
  });

  it('and omits the counts of an execution that recorded none per deployment', () => {
    const status = { taskDefinition: revisionArn('web:13'), desired: 2, running: 3, pending: 0 };
    expect(formatServiceStatus(status)).toBe('web:13');
    expect(verdictSchema.parse({ outcome: 'stable', serviceStatus: status })).toEqual({
      outcome: 'stable',
      serviceStatus: status,
    });
  });
});

it('a verdict keeps its task counts per deployment through the state data', () => {
  const verdict = judgeRollout(rolloutObservation(), secondsAfterStart(0));
  expect(verdictSchema.parse(JSON.parse(JSON.stringify(verdict))).serviceStatus.deployments).toEqual([
    { taskDefinition: revisionArn('web:13'), desired: 2, running: 1, pending: 1 },
    { taskDefinition: revisionArn('web:12'), desired: 2, running: 2, pending: 0 },
  ]);
});

it('the obstacles at the deadline name the revision of every count', () => {
  const late = rolloutObservation({ now: secondsAfterStart(3600) });
  expect(judgeRollout(late, secondsAfterStart(0))).toMatchObject({
    reason: expect.stringContaining('1 of 2 tasks of web:13 runs; 2 of web:12; 1 of web:13 is pending.'),
  });
});
