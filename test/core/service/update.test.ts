import { describe, expect, it } from 'vitest';
import type { DescribedService } from '../../../core/service/described-service.ts';
import { decideUpdate as decideWithFacts, type UpdateFacts } from '../../../core/service/update.ts';

/** Returns the decision of a first try, with the changes of a test. */
const decideUpdate = (
  found: DescribedService,
  ...[plan, revision, facts = {}]: [Plan, Revision, Partial<UpdateFacts>?]
) => decideWithFacts({ service: found, retried: false, history: [], ...facts }, plan, revision);
type Plan = Parameters<typeof decideWithFacts>[1];
type Revision = Parameters<typeof decideWithFacts>[2];

const plan = {
  at: '2026-11-23T09:00:30.000Z',
  before: { taskDefinition: 'web:7', deploymentId: 'ecs-svc/1', startedAt: '2026-11-23T09:00:00.000Z' },
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
    ['by force if it already runs the revision', again, { taskDefinition: 'web:7', force: true }],
  ])('%s', (_, revision, change) => {
    expect(decideUpdate(service(['1', 'web:7']), plan, revision)).toEqual({ do: 'update', ...change });
  });
});

describe('a retry sends nothing', () => {
  it.each([
    ['if our deployment is the newest', service(['2', 'web:8'], ['1', 'web:7']), next, 'web:8'],
    ['if our forced deployment is the newest', service(['2', 'web:7'], ['1', 'web:7']), again, 'web:7'],
    ['if ECS is already rolling our deployment back', service(['3', 'web:7'], ['2', 'web:8']), next, 'web:8'],
  ])('%s', (_, found, revision, taskDefinition) => {
    expect(decideUpdate(found, plan, revision)).toEqual({
      do: 'nothing',
      rollout: { deploymentId: 'ecs-svc/2', taskDefinition, startedAt: '2026-11-23T09:00:00.000Z' },
    });
  });
});

describe("somebody else's deployment is not changed", () => {
  it.each([
    [
      'another revision',
      service(['2', 'web:9'], ['1', 'web:7']),
      next,
      'deployment ecs-svc/2 of web:9 began at 2026-11-23 09:00:00 UTC (expected: ecs-svc/1 of web:7). It is not of this release. Gantry did not update the service',
    ],
    [
      'of the old revision, forced',
      service(['2', 'web:7'], ['1', 'web:7']),
      next,
      'deployment ecs-svc/2 of web:7 began',
    ],
    ['of another revision, over an old deployment of ours', service(['3', 'web:9'], ['0', 'web:7']), again, 'web:9'],
    ['without a PRIMARY', service(), next, 'no deployment is PRIMARY (expected'],
  ])('%s', (_, found, revision, message) => {
    expect(() => decideUpdate(found, plan, revision)).toThrow(
      expect.objectContaining({ name: 'RevisionOutOfSync', message: expect.stringContaining(message) }),
    );
  });

  it('if it is of another revision while the revision to roll back to still drains', () => {
    const found = service(['2', 'web:9'], ['1', 'web:7'], ['0', 'web:6']);
    const back = { ...plan, baseTaskDefinition: 'web:6' };
    expect(() => decideUpdate(found, back, { taskDefinition: 'web:6', same: false })).toThrow(
      expect.objectContaining({
        name: 'RevisionOutOfSync',
        message: expect.stringContaining('deployment ecs-svc/2 of web:9 began'),
      }),
    );
  });
});

describe('our own update is recognised, and the revision is never deployed twice:', () => {
  const later = new Date('2026-11-23T09:05:00Z');
  const restarted = (...rest: [id: string, taskDefinition: string][]): DescribedService => {
    const [primary, ...others] = service(['1', 'web:7'], ...rest).deployments ?? [];
    return { deployments: [{ ...primary, createdAt: later }, ...others] };
  };
  const ours = { deploymentId: 'ecs-svc/2', taskDefinition: 'web:8', startedAt: '2026-11-23T09:01:00.000Z' };
  const rolledBackToNewId = service(['3', 'web:7']);
  const superseded = service(['4', 'web:9']);
  const stale = service(['1', 'web:7']);
  it.each<[what: string, found: DescribedService, retried: boolean]>([
    ['rolled back under a new id', rolledBackToNewId, true],
    ['rolled back under a new id, by a function that ran twice', rolledBackToNewId, false],
    ['rolled back under the old id', restarted(), true],
    ['rolled back under the old id, by a function that ran twice', restarted(), false],
    ['superseded by somebody else', superseded, true],
    ['stopped, without a newer deployment', service(), true],
    ['not shown yet by a stale answer', stale, true],
  ])('%s', (_, found, retried) => {
    for (const revision of [next, again]) {
      const rollout = { ...ours, taskDefinition: revision.taskDefinition };
      expect(decideUpdate(found, plan, revision, { retried, history: [rollout] })).toEqual({ do: 'nothing', rollout });
    }
  });

  it('if it was rolled back under the old id while its tasks still stop', () => {
    const found = restarted(['2', 'web:8']);
    expect(decideUpdate(found, plan, next)).toMatchObject({ do: 'nothing', rollout: { deploymentId: 'ecs-svc/2' } });
  });

  it.each<[what: string, found: DescribedService, facts: Partial<UpdateFacts>, says: string, not: string]>([
    [
      'somebody else’s deployment',
      superseded,
      { retried: true, history: [] },
      'Gantry did not update the service',
      'it is not known',
    ],
    [
      'an unknown history',
      superseded,
      { retried: true, history: 'unknown' },
      'it is not known whether an earlier try',
      'did not update',
    ],
    [
      'the old id again, without history',
      restarted(),
      { retried: true, history: 'unknown' },
      'it is not known',
      'not of this release',
    ],
  ])('the message is correct if %s', (_, found, facts, says, not) => {
    const decide = () => decideUpdate(found, plan, next, facts);
    expect(decide).toThrow(says);
    expect(decide).not.toThrow(not);
  });
});
