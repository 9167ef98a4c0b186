import { describe, expect, it } from 'vitest';
import type { DescribedService } from '../../../core/service/described-service.ts';
import { decideUpdate } from '../../../core/service/update.ts';

const plan = {
  before: { taskDefinition: 'web:7', deploymentId: 'ecs-svc/1' },
  unchanged: false,
  alarms: { watched: [], ignored: [] },
  warnings: [],
};
const at = new Date('2026-11-23T09:00:00Z');
const service = (...deployments: [id: string, taskDefinition: string][]): DescribedService => ({
  deployments: deployments.map(([id, taskDefinition], place) => ({
    id: `ecs-svc/${id}`,
    taskDefinition,
    status: place === 0 ? 'PRIMARY' : 'ACTIVE',
    createdAt: at,
  })),
});
const next = { taskDefinition: 'web:8', same: false };
const again = { taskDefinition: 'web:7', same: true };

describe('the service is updated', () => {
  it.each([
    ['to a new revision', next, { taskDefinition: 'web:8', force: false }],
    ['by force where it runs the revision already', again, { taskDefinition: 'web:7', force: true }],
  ])('%s', (_, revision, change) => {
    expect(decideUpdate(service(['1', 'web:7']), plan, revision)).toEqual({ do: 'update', ...change });
  });
});

describe('a retry sends nothing', () => {
  it.each([
    ['where our deployment is the newest', service(['2', 'web:8'], ['1', 'web:7']), next, 'web:8'],
    ['where our forced deployment is the newest', service(['2', 'web:7'], ['1', 'web:7']), again, 'web:7'],
    ['where ECS rolls our deployment back already', service(['3', 'web:7'], ['2', 'web:8']), next, 'web:8'],
  ])('%s', (_, found, revision, taskDefinition) => {
    expect(decideUpdate(found, plan, revision)).toEqual({
      do: 'nothing',
      rollout: { deploymentId: 'ecs-svc/2', taskDefinition, startedAt: '2026-11-23T09:00:00.000Z' },
    });
  });
});

describe('somebody else’s deployment is left alone', () => {
  it.each([
    ['another revision', service(['2', 'web:9'], ['1', 'web:7']), next, 'web:9 to it (ecs-svc/2, before: web:7)'],
    ['the old revision, forced', service(['2', 'web:7'], ['1', 'web:7']), next, 'web:7 to it (ecs-svc/2'],
    [
      'another revision, over an old deployment of ours to repeat',
      service(['3', 'web:9'], ['0', 'web:7']),
      again,
      'web:9',
    ],
    ['no PRIMARY at all', service(), next, 'another revision to it (no PRIMARY deployment'],
  ])('%s', (_, found, revision, message) => {
    expect(() => decideUpdate(found, plan, revision)).toThrow(
      expect.objectContaining({ name: 'RevisionOutOfSync', message: expect.stringContaining(message) }),
    );
  });

  it('another revision, while the one to go back to still drains from before', () => {
    const found = service(['2', 'web:9'], ['1', 'web:7'], ['0', 'web:6']);
    const back = { ...plan, baseTaskDefinition: 'web:6' };
    expect(() => decideUpdate(found, back, { taskDefinition: 'web:6', same: false })).toThrow(
      expect.objectContaining({
        name: 'RevisionOutOfSync',
        message: expect.stringContaining('web:9 to it (ecs-svc/2'),
      }),
    );
  });
});
