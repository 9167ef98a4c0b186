import { expect, test as it } from 'vitest';
import type { Verdict } from '../../../core/model/state-data.ts';
import { chooseRevisionForSchedules } from '../../../core/schedule/released-revision.ts';

const before = { taskDefinition: 'web:7', deploymentId: 'ecs-svc/7' };
const rollout = { taskDefinition: 'web:8', deploymentId: 'ecs-svc/8', startedAt: '2026-11-23T09:00:00Z' };
const stableOn = (taskDefinition: string, following?: string): Verdict => ({
  outcome: 'stable',
  serviceStatus: { taskDefinition, desired: 1, running: 1, pending: 0 },
  ...(following && { following: { ...rollout, taskDefinition: following } }),
});

it.each([
  ['what the release deployed', { rollout, verdict: stableOn('web:8') }, { revision: 'web:8' }],
  ['what ran already, if nothing was deployed', {}, { revision: 'web:7' }],
  ['a newer deployment with the same images', { rollout, verdict: stableOn('web:9', 'web:9') }, { revision: 'web:9' }],
  [
    'nothing, if somebody has deployed since',
    { rollout, verdict: stableOn('web:9') },
    { revision: 'web:8', replacedBy: 'web:9' },
  ],
  [
    'nothing, if somebody has rolled back since',
    { rollout, verdict: stableOn('web:7') },
    { revision: 'web:8', replacedBy: 'web:7' },
  ],
  [
    'nothing, if the newer deployment was replaced too',
    { rollout, verdict: stableOn('web:10', 'web:9') },
    { revision: 'web:9', replacedBy: 'web:10' },
  ],
])('the schedules run %s', (_, data, expected) => {
  expect(chooseRevisionForSchedules({ plan: { before }, ...data })).toEqual(expected);
});
