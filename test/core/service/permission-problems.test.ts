import { describe, expect, it } from 'vitest';
import type { Release } from '../../../core/model/release.ts';
import { planRelease } from '../../../core/service/plan.ts';
import { baseWith, imageWith, limitsWith, pinnedImage, releaseWith, runningImages, targetFacts } from './facts.ts';

const role = (name: string, account = '222222222222') => `arn:aws:iam::${account}:role/${name}`;
const permissions = { services: ['web'], families: ['web', 'old-*'], passRoles: ['web-*', 'team/task'], logGroups: [] };
const plan = (definition: object, release: Partial<Release> = {}) =>
  planRelease(
    targetFacts({ base: baseWith(definition), running: baseWith(), release: releaseWith(release) }),
    limitsWith({ registries: ['docker.io/library'], roles: ['other'], families: ['other'], permissions }),
  );

describe('a release that needs a new revision is refused before anything changes if the role of the target', () => {
  it.each<[what: string, definition: object, says: string]>([
    ['cannot pass the task role', { taskRoleArn: role('admin') }, 'taskRoleArn'],
    ['cannot pass the execution role', { executionRoleArn: role('admin') }, 'executionRoleArn'],
    ['cannot pass a role that is given by its name', { taskRoleArn: 'admin' }, '"admin"'],
    ['cannot pass a role with another path', { taskRoleArn: role('other/task') }, 'other/task'],
    ['cannot pass a role of another account', { taskRoleArn: role('web-task', '999999999999') }, '999999999999'],
    ['cannot register in the family', { family: 'shop' }, 'the family "shop"'],
  ])('%s', (_what, definition, says) => {
    expect(() => plan(definition)).toThrow(says);
    expect(() => plan(definition)).toThrow(/in gantry\.config\.ts, and deploy Gantry again/);
  });

  it('lacks both: both are reported', () => {
    expect(() => plan({ family: 'shop', taskRoleArn: role('admin') })).toThrow(/the family "shop".*taskRoleArn/);
  });
});

describe('a release is not refused for what it does not need', () => {
  const foreign = { taskRoleArn: role('admin') };
  it.each<[what: string, definition: object, release: Partial<Release>]>([
    [
      'a role and a family that patterns allow',
      { taskRoleArn: role('web-x'), executionRoleArn: 'team/task', family: 'old-web' },
      {},
    ],
    ['no roles', { taskRoleArn: undefined, executionRoleArn: '' }, {}],
    ['the same images: the running revision stays', foreign, { images: runningImages }],
    ['no images: the running revision is deployed again', foreign, { images: [], force: true }],
    ['a revision that a person chose', foreign, { images: [], base: { from: 'revision', taskDefinition: 'web:7' } }],
  ])('%s', (_what, definition, release) => {
    expect(plan(definition, release).before.deploymentId).toBe('ecs-svc/1');
  });
});

it('a file that asks for a role of another service of the target is refused, although the target’s role could pass it', () => {
  const file = { base: { from: 'file' as const, path: 't.json' }, images: [imageWith('app', pinnedImage('b'))] };
  expect(() => plan({ taskRoleArn: role('web-task') }, file)).toThrow(
    'The task definition file asks for the taskRoleArn',
  );
});
