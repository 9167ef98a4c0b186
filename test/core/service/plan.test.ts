import { describe, expect, it } from 'vitest';
import type { TargetFacts } from '../../../core/service/problems.ts';
import {
  baseWith,
  imageWith,
  planWithFacts,
  primaryDeployment,
  releaseWith,
  revisionArn,
  runningImages,
  serviceWith,
  targetFacts,
} from './facts.ts';

describe('a plan', () => {
  it('says what the service runs and what to build on', () => {
    expect(planWithFacts(targetFacts())).toEqual({
      before: {
        taskDefinition: revisionArn('web:7'),
        deploymentId: 'ecs-svc/1',
        startedAt: '1970-01-01T00:00:00.000Z',
        knownGood: true,
      },
      baseTaskDefinition: revisionArn('web:7'),
      alarms: { watched: [], ignored: [] },
      unchanged: false,
      warnings: [],
    });
  });

  it.each<[what: string, service: Parameters<typeof serviceWith>[0], knownGood: boolean]>([
    ['what is COMPLETED and runs', {}, true],
    [
      'what has no rollout state, but is steady',
      { deployments: [{ ...primaryDeployment, rolloutState: undefined }] },
      true,
    ],
    [
      'not what has no rollout state and too few tasks',
      { runningCount: 1, deployments: [{ ...primaryDeployment, rolloutState: undefined }] },
      false,
    ],
    ['not what is IN_PROGRESS', { deployments: [{ ...primaryDeployment, rolloutState: 'IN_PROGRESS' }] }, false],
    ['not what FAILED', { deployments: [{ ...primaryDeployment, rolloutState: 'FAILED' }] }, false],
    ['not what runs no task', { desiredCount: 0, runningCount: 0 }, false],
    ['not what runs no task of its own', { deployments: [{ ...primaryDeployment, runningCount: 0 }] }, false],
  ])('knows as good %s', (_, service, knownGood) => {
    expect(planWithFacts(targetFacts({ service: serviceWith(service) })).before.knownGood).toBe(knownGood);
  });

  it('has no revision to build on where that is a file', () => {
    const file = releaseWith({ base: { from: 'file', path: 'taskdef.json' } });
    expect(planWithFacts(targetFacts({ release: file }))).not.toHaveProperty('baseTaskDefinition');
  });

  it('may build on a deregistered revision', () => {
    expect(planWithFacts(targetFacts({ base: baseWith({ status: 'INACTIVE' }) })).baseTaskDefinition).toBe(
      revisionArn('web:7'),
    );
  });
});

describe('nothing is to do', () => {
  it.each<[string, Partial<TargetFacts>, boolean]>([
    ['where these digests run steadily', {}, true],
    [
      'behind a Classic Load Balancer, which has no rollout state',
      { service: serviceWith({ deployments: [{ ...primaryDeployment, rolloutState: undefined }] }) },
      true,
    ],
    ['also where the revision that runs is deregistered', { base: baseWith({ status: 'INACTIVE' }) }, true],
    ['but not by force', { release: releaseWith({ images: runningImages, force: true }) }, false],
    ['but not without images: that asks for what runs, once more', { release: releaseWith({ images: [] }) }, false],
    [
      'but not while the rollout goes on',
      { service: serviceWith({ deployments: [{ ...primaryDeployment, rolloutState: 'IN_PROGRESS' }] }) },
      false,
    ],
    [
      'but not while another deployment drains',
      {
        service: serviceWith({
          deployments: [primaryDeployment, { ...primaryDeployment, id: 'ecs-svc/0', status: 'ACTIVE' }],
        }),
      },
      false,
    ],
    ['but not while tasks are missing', { service: serviceWith({ runningCount: 1 }) }, false],
    [
      'but not where the newest revision has them and another runs',
      {
        base: baseWith({ taskDefinitionArn: revisionArn('web:8') }),
        release: releaseWith({ images: runningImages, base: { from: 'latest' } }),
      },
      false,
    ],
    [
      'but not for a tag, which may stand for another image by now',
      { base: baseWith({}, { app: 'shop:42' }), release: releaseWith({ images: [imageWith('app', 'shop:42')] }) },
      false,
    ],
    [
      'but not for a file',
      { release: releaseWith({ images: runningImages, base: { from: 'file', path: 'x' } }) },
      false,
    ],
  ])('%s', (_, changes, unchanged) => {
    expect(planWithFacts(targetFacts({ release: releaseWith({ images: runningImages }), ...changes })).unchanged).toBe(
      unchanged,
    );
  });
});

describe('a plan warns', () => {
  it.each<[string, Partial<TargetFacts>, string]>([
    [
      'of an unfinished deployment',
      { service: serviceWith({ deployments: [primaryDeployment, primaryDeployment] }) },
      `An earlier deployment, ecs-svc/1 of ${revisionArn('web:7')}, is not finished; this one replaces it. A rollback will skip that revision, because it is not known good.`,
    ],
    [
      'of a service that wants no tasks',
      { service: serviceWith({ desiredCount: 0, runningCount: 0 }) },
      "The service 'web' in cluster 'main' wants 0 tasks, so no task will prove the images.",
    ],
    [
      'of a revision that runs and is deregistered',
      { base: baseWith({ status: 'INACTIVE' }) },
      `The revision that the service runs, ${revisionArn('web:7')}, is INACTIVE (deregistered). If this release fails, Gantry registers its content again as a new revision to roll back to it.`,
    ],
    ['of another family', { base: baseWith({ family: 'shop' }) }, "The service moves from the family 'web' to 'shop'."],
    [
      'of alarms that tell nothing',
      { alarms: { ecs: [], configured: ['web-5xx'], states: [{ name: 'web-5xx', state: 'ALARM' }] } },
      "The alarm 'web-5xx' is in ALARM already, so it is ignored.",
    ],
  ])('%s', (_, changes, warning) => {
    expect(planWithFacts(targetFacts(changes)).warnings).toEqual([warning]);
  });
});
