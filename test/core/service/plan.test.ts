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

const startPlus = (seconds: number) => new Date(primaryDeployment.createdAt.getTime() + seconds * 1000);
const announced = (seconds: number) => ({
  createdAt: startPlus(seconds),
  message: '(service web) has reached a steady state.',
});
const withoutState = { ...primaryDeployment, rolloutState: undefined };

const shiftsTraffic = { deploymentConfiguration: { strategy: 'CANARY' } };

describe('a plan', () => {
  it('contains the running revision and the revision to build on', () => {
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
    ['a revision that is COMPLETED and runs', {}, true],
    [
      'a revision without a rollout state whose steady state ECS has announced',
      { deployments: [withoutState], events: [announced(60)] },
      true,
    ],
    [
      'not a revision without a rollout state whose tasks all run at the moment, without such an event',
      {
        deployments: [withoutState],
        events: [{ createdAt: startPlus(60), message: '(service web) has started 2 tasks.' }],
      },
      false,
    ],
    [
      'not a revision without a rollout state if only the revision before it was steady',
      { deployments: [withoutState], events: [announced(-60)] },
      false,
    ],
    [
      'not a revision without a rollout state and with too few tasks',
      { runningCount: 1, deployments: [withoutState], events: [announced(60)] },
      false,
    ],
    [
      'not a revision of a deployment that shifts traffic, which can wait for a person for days',
      { ...shiftsTraffic, deployments: [withoutState], events: [announced(60)] },
      false,
    ],
    [
      'not a revision that is IN_PROGRESS',
      { deployments: [{ ...primaryDeployment, rolloutState: 'IN_PROGRESS' }] },
      false,
    ],
    ['not a revision that FAILED', { deployments: [{ ...primaryDeployment, rolloutState: 'FAILED' }] }, false],
    ['not a revision without running tasks', { desiredCount: 0, runningCount: 0 }, false],
    [
      'not a revision without running tasks of its own',
      { deployments: [{ ...primaryDeployment, runningCount: 0 }] },
      false,
    ],
  ])('marks as known good %s', (_, service, knownGood) => {
    expect(planWithFacts(targetFacts({ service: serviceWith(service) })).before.knownGood).toBe(knownGood);
  });

  it('has no base revision if the base is a file', () => {
    const file = releaseWith({ base: { from: 'file', path: 'taskdef.json' } });
    expect(planWithFacts(targetFacts({ release: file }))).not.toHaveProperty('baseTaskDefinition');
  });

  it('can build on a deregistered revision', () => {
    expect(planWithFacts(targetFacts({ base: baseWith({ status: 'INACTIVE' }) })).baseTaskDefinition).toBe(
      revisionArn('web:7'),
    );
  });
});

describe('a release is unchanged', () => {
  it.each<[string, Partial<TargetFacts>, boolean]>([
    ['if the service runs these digests steadily', {}, true],
    [
      'behind a Classic Load Balancer, which has no rollout state',
      { service: serviceWith({ deployments: [withoutState], events: [announced(60)] }) },
      true,
    ],
    [
      'but not behind a Classic Load Balancer before ECS has announced a steady state',
      { service: serviceWith({ deployments: [withoutState] }) },
      false,
    ],
    [
      'but not if the service shifts traffic, because only the history shows when that is over',
      { service: serviceWith({ ...shiftsTraffic, deployments: [withoutState], events: [announced(60)] }) },
      false,
    ],
    ['also if the running revision is deregistered', { base: baseWith({ status: 'INACTIVE' }) }, true],
    ['but not if it is forced', { release: releaseWith({ images: runningImages, force: true }) }, false],
    ['but not without images, which requests a redeployment', { release: releaseWith({ images: [] }) }, false],
    [
      'but not during a rollout',
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
      'but not if the newest revision has them and another one runs',
      {
        base: baseWith({ taskDefinitionArn: revisionArn('web:8') }),
        release: releaseWith({ images: runningImages, base: { from: 'latest' } }),
      },
      false,
    ],
    [
      'but not for a tag, which can be of another image by now',
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

describe('a plan has a warning', () => {
  it.each<[string, Partial<TargetFacts>, string]>([
    [
      'about an unfinished deployment',
      { service: serviceWith({ deployments: [primaryDeployment, primaryDeployment] }) },
      `An earlier deployment, ecs-svc/1 of ${revisionArn('web:7')}, is not finished; this one replaces it. A rollback will skip that revision, because it is not known good.`,
    ],
    [
      'about a service with desired count 0',
      { service: serviceWith({ desiredCount: 0, runningCount: 0 }) },
      "The service 'web' in cluster 'main' wants 0 tasks, so no task will prove the images.",
    ],
    [
      'about a running revision that is deregistered',
      { base: baseWith({ status: 'INACTIVE' }) },
      `The revision that the service runs, ${revisionArn('web:7')}, is INACTIVE (deregistered). If this release fails, Gantry registers its content again as a new revision to roll back to it.`,
    ],
    [
      'about another family',
      { base: baseWith({ family: 'shop' }) },
      "The service moves from the family 'web' to 'shop'.",
    ],
    [
      'about alarms that cannot be attributed',
      { alarms: { ecs: [], configured: ['web-5xx'], states: [{ name: 'web-5xx', state: 'ALARM' }] } },
      "The alarm 'web-5xx' is in ALARM already, so it is ignored.",
    ],
  ])('%s', (_, changes, warning) => {
    expect(planWithFacts(targetFacts(changes)).warnings).toEqual([warning]);
  });
});
