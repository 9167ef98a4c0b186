import { describe, expect, it } from 'vitest';
import type { Look } from '../../../core/rollout/observation.ts';
import { judge } from '../../../core/rollout/verdict.ts';
import { at, history, look, newer, ours, pinned, revision, service } from './facts.ts';

const verdict = (changes: Partial<Look>) => judge(look(changes), at(0));
const superseding = { service: service({ deployments: [newer(), ours({ status: 'ACTIVE' })] }) };
const carrying = {
  newestImages: [
    { name: 'app', image: pinned('b') },
    { name: 'proxy', image: 'envoy:1' },
  ],
};

describe('a rollout that a newer deployment takes over', () => {
  it('is superseded by the deployment and revision that it names, and left alone', () => {
    expect(verdict(superseding)).toMatchObject({
      outcome: 'superseded',
      by: { deploymentId: 'ecs-svc/3', taskDefinition: revision('web:14') },
      reason: expect.stringMatching(/ecs-svc\/2 of web:13 was superseded by deployment ecs-svc\/3 of web:14/),
    });
  });

  it.each([
    [
      'does not carry our images',
      [{ name: 'app', image: pinned('d') }],
      /at \S+ and which does not carry these images\./,
    ],
    ['could not be read', undefined, /at \S+\. Whether that one carries these images could not be read\./],
  ])('is told that the newer revision %s', (_, newestImages, words) => {
    expect(verdict({ ...superseding, newestImages })).toMatchObject({
      outcome: 'superseded',
      reason: expect.stringMatching(words),
    });
  });

  it('is superseded also once ECS says STOPPED of it', () => {
    expect(
      verdict({ ...superseding, serviceDeployment: history({ status: 'STOPPED', finishedAt: at(61) }) }).outcome,
    ).toBe('superseded');
  });

  it.each<[which: string, look: Partial<Look>]>([
    ['carries our images for our containers', carrying],
    ['has our revision', { service: service({ deployments: [newer({ taskDefinition: revision('web:13') })] }) }],
    [
      'carries an image that was asked for by a placeholder',
      { images: [{ name: 'IMAGE1_NAME', imageUri: 'shop:43', pinned: pinned('b') }], ...carrying },
    ],
  ])('follows one that %s', (_, changes) => {
    const next = verdict({ ...superseding, ...changes });
    expect(next).toMatchObject({
      outcome: 'going on',
      following: { deploymentId: 'ecs-svc/3', startedAt: at(60).toISOString() },
    });
    expect(next.serviceDeploymentArn).toBeUndefined();
  });

  it.each<[which: string, look: Partial<Look>]>([
    [
      'only some of our images',
      { images: [...look().images, { name: 'worker', imageUri: 'w', pinned: pinned('c') }], ...carrying },
    ],
    [
      'our image in another container',
      {
        newestImages: [
          { name: 'app', image: pinned('d') },
          { name: 'proxy', image: pinned('b') },
        ],
      },
    ],
    ['nothing that was asked for, because nothing was', { images: [], ...carrying }],
  ])('does not follow one that carries %s', (_, changes) => {
    expect(verdict({ ...superseding, ...changes }).outcome).toBe('superseded');
  });

  it('keeps following, and never rolls back what it follows', () => {
    const rollout = { deploymentId: 'ecs-svc/3', taskDefinition: revision('web:14'), startedAt: at(60).toISOString() };
    const followed = { rollout, followed: true, service: service({ deployments: [newer()] }) };
    expect(verdict(followed)).toMatchObject({ outcome: 'going on', following: rollout });
    expect(verdict({ ...followed, now: at(3600) })).toMatchObject({ outcome: 'failed', rollBack: 'none' });
  });
});
