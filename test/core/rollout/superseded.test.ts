import { describe, expect, it } from 'vitest';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  newerDeployment,
  ourDeployment,
  pinnedImage,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
} from './facts.ts';

const verdict = (changes: Partial<RolloutObservation>) =>
  judgeRollout(rolloutObservation(changes), secondsAfterStart(0));
const superseding = { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) };
const carrying = {
  newestImages: [
    { name: 'app', image: pinnedImage('b') },
    { name: 'proxy', image: 'envoy:1' },
  ],
};

describe('a rollout that a newer deployment takes over', () => {
  it('is superseded, with the newer deployment and revision in the verdict, and is not rolled back', () => {
    expect(verdict(superseding)).toMatchObject({
      outcome: 'superseded',
      by: { deploymentId: 'ecs-svc/3', taskDefinition: revisionArn('web:14') },
      reason: expect.stringMatching(/ecs-svc\/2 of web:13 was superseded by deployment ecs-svc\/3 of web:14/),
    });
  });

  it.each([
    [
      'does not have our images',
      [{ name: 'app', image: pinnedImage('d') }],
      /at 2026-11-23 09:01:00 UTC and which does not carry these images\./,
    ],
    [
      'could not be read',
      undefined,
      /at 2026-11-23 09:01:00 UTC\. Whether that one carries these images could not be read\./,
    ],
  ])('is superseded with a message that the newer revision %s', (_, newestImages, words) => {
    expect(verdict({ ...superseding, newestImages })).toMatchObject({
      outcome: 'superseded',
      reason: expect.stringMatching(words),
    });
  });

  it('is superseded also after ECS reports it as STOPPED', () => {
    expect(
      verdict({
        ...superseding,
        serviceDeployment: serviceDeployment({ status: 'STOPPED', finishedAt: secondsAfterStart(61) }),
      }).outcome,
    ).toBe('superseded');
  });

  it.each<[which: string, observation: Partial<RolloutObservation>]>([
    ['has our images in our containers', carrying],
    [
      'has our revision',
      { service: serviceWith({ deployments: [newerDeployment({ taskDefinition: revisionArn('web:13') })] }) },
    ],
    [
      'has an image that a placeholder requested',
      { images: [{ name: 'IMAGE1_NAME', imageUri: 'shop:43', pinned: pinnedImage('b') }], ...carrying },
    ],
  ])('is followed if the newer one %s', (_, changes) => {
    const next = verdict({ ...superseding, ...changes });
    expect(next).toMatchObject({
      outcome: 'going on',
      following: { deploymentId: 'ecs-svc/3', startedAt: secondsAfterStart(60).toISOString() },
    });
    expect(next.serviceDeploymentArn).toBeUndefined();
  });

  it.each<[which: string, observation: Partial<RolloutObservation>]>([
    [
      'only some of our images',
      {
        images: [...rolloutObservation().images, { name: 'worker', imageUri: 'w', pinned: pinnedImage('c') }],
        ...carrying,
      },
    ],
    [
      'our image in another container',
      {
        newestImages: [
          { name: 'app', image: pinnedImage('d') },
          { name: 'proxy', image: pinnedImage('b') },
        ],
      },
    ],
    ['no requested image, because none was requested', { images: [], ...carrying }],
  ])('is not followed if the newer one carries %s', (_, changes) => {
    expect(verdict({ ...superseding, ...changes }).outcome).toBe('superseded');
  });

  it('stays followed, and Gantry never rolls back the followed deployment', () => {
    const rollout = {
      deploymentId: 'ecs-svc/3',
      taskDefinition: revisionArn('web:14'),
      startedAt: secondsAfterStart(60).toISOString(),
    };
    const followed = { rollout, followed: true, service: serviceWith({ deployments: [newerDeployment()] }) };
    expect(verdict(followed)).toMatchObject({ outcome: 'going on', following: rollout });
    expect(verdict({ ...followed, now: secondsAfterStart(3600) })).toMatchObject({
      outcome: 'failed',
      rollBack: 'none',
    });
  });
});

describe("ECS's message that it is rolling back", () => {
  const rollingBack = (changes = {}) => ({
    service: serviceWith({
      deployments: [
        newerDeployment({
          taskDefinition: revisionArn('web:12'),
          rolloutStateReason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.',
          ...changes,
        }),
        ourDeployment({ status: 'ACTIVE' }),
      ],
    }),
  });

  it.each([
    ['no entry', undefined],
    ['PENDING', 'PENDING'],
    ['IN_PROGRESS', 'IN_PROGRESS'],
    ['an unknown status', 'SCHEDULED'],
  ])('means that ours failed while the history has %s', (_, status) => {
    const entry = status === undefined ? undefined : serviceDeployment({ status });
    expect(verdict({ ...rollingBack(), serviceDeployment: entry })).toMatchObject({
      outcome: 'failed',
      rollBack: 'ecs',
      reason: expect.stringContaining('failed and ECS rolls it back'),
    });
  });

  const completed = { rolloutState: 'COMPLETED', rolloutStateReason: 'ECS deployment ecs-svc/3 completed.' };
  const event = (text: string) => ({ at: secondsAfterStart(60), message: `(service web) ${text}` });

  it.each([
    [
      'counts as an event of the service too, once the rollback has completed',
      [
        event('rolling back to deployment ecs-svc/1.'),
        event('(deployment ecs-svc/2) deployment failed: tasks failed.'),
      ],
      'failed',
    ],
    [
      "does not count as an event if somebody else's deployment failed",
      [
        event('rolling back to deployment ecs-svc/1.'),
        event('(deployment ecs-svc/9) deployment failed: tasks failed.'),
      ],
      'superseded',
    ],
  ])('%s', (_, events, outcome) => {
    const { service } = rollingBack(completed);
    expect(verdict({ service: { ...service, events }, serviceDeployment: undefined }).outcome).toBe(outcome);
  });

  it('is about another deployment if a newer deployment STOPPED ours', () => {
    const entry = serviceDeployment({ status: 'STOPPED', finishedAt: secondsAfterStart(61) });
    expect(verdict({ ...rollingBack(), serviceDeployment: entry }).outcome).toBe('superseded');
  });

  it('is about another deployment if it restores our revision', () => {
    expect(verdict(rollingBack({ taskDefinition: revisionArn('web:13') }))).toMatchObject({
      outcome: 'going on',
      following: { taskDefinition: revisionArn('web:13') },
    });
  });
});
