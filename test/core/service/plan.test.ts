import { describe, expect, it } from 'vitest';
import type { TargetFacts } from '../../../core/service/problems.ts';
import { arn, base, facts, image, planned, primary, release, running, service } from './facts.ts';

describe('a plan', () => {
  it('says what the service runs and what to build on', () => {
    expect(planned(facts())).toEqual({
      before: { taskDefinition: arn('web:7'), deploymentId: 'ecs-svc/1' },
      baseTaskDefinition: arn('web:7'),
      alarms: { watched: [], ignored: [] },
      unchanged: false,
      warnings: [],
    });
  });

  it('has no revision to build on where that is a file', () => {
    const file = release({ base: { from: 'file', path: 'taskdef.json' } });
    expect(planned(facts({ release: file }))).not.toHaveProperty('baseTaskDefinition');
  });

  it('may build on a deregistered revision', () => {
    expect(planned(facts({ base: base({ status: 'INACTIVE' }) })).baseTaskDefinition).toBe(arn('web:7'));
  });
});

describe('nothing is to do', () => {
  it.each<[string, Partial<TargetFacts>, boolean]>([
    ['where these digests run steadily', {}, true],
    [
      'behind a Classic Load Balancer, which has no rollout state',
      { service: service({ deployments: [{ ...primary, rolloutState: undefined }] }) },
      true,
    ],
    ['also where the revision that runs is deregistered', { base: base({ status: 'INACTIVE' }) }, true],
    ['but not by force', { release: release({ images: running, force: true }) }, false],
    ['but not without images: that asks for what runs, once more', { release: release({ images: [] }) }, false],
    [
      'but not while the rollout goes on',
      { service: service({ deployments: [{ ...primary, rolloutState: 'IN_PROGRESS' }] }) },
      false,
    ],
    [
      'but not while another deployment drains',
      { service: service({ deployments: [primary, { ...primary, id: 'ecs-svc/0', status: 'ACTIVE' }] }) },
      false,
    ],
    ['but not while tasks are missing', { service: service({ runningCount: 1 }) }, false],
    [
      'but not where the newest revision has them and another runs',
      {
        base: base({ taskDefinitionArn: arn('web:8') }),
        release: release({ images: running, base: { from: 'latest' } }),
      },
      false,
    ],
    [
      'but not for a tag, which may stand for another image by now',
      { base: base({}, { app: 'shop:42' }), release: release({ images: [image('app', 'shop:42')] }) },
      false,
    ],
    ['but not for a file', { release: release({ images: running, base: { from: 'file', path: 'x' } }) }, false],
  ])('%s', (_, changes, unchanged) => {
    expect(planned(facts({ release: release({ images: running }), ...changes })).unchanged).toBe(unchanged);
  });
});

describe('a plan warns', () => {
  it.each<[string, Partial<TargetFacts>, string]>([
    [
      'of an unfinished deployment',
      { service: service({ deployments: [primary, primary] }) },
      `An earlier deployment, ecs-svc/1 of ${arn('web:7')}, is not finished; this one replaces it.`,
    ],
    [
      'of a service that wants no tasks',
      { service: service({ desiredCount: 0, runningCount: 0 }) },
      "The service 'web' in cluster 'main' wants 0 tasks, so no task will prove the images.",
    ],
    ['of another family', { base: base({ family: 'shop' }) }, "The service moves from the family 'web' to 'shop'."],
    [
      'of alarms that tell nothing',
      { alarms: { ecs: [], configured: ['web-5xx'], states: [{ name: 'web-5xx', state: 'ALARM' }] } },
      "The alarm 'web-5xx' is in ALARM already, so it is ignored.",
    ],
  ])('%s', (_, changes, warning) => {
    expect(planned(facts(changes)).warnings).toEqual([warning]);
  });
});
