import { describe, expect, it } from 'vitest';
import type { Release, TaskDefinitionBase } from '../../../core/model/release.ts';
import { decideRevision, isFromThisExecution } from '../../../core/task-definition/revision.ts';
import { fargateExample } from './examples.ts';

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-deploy:one';
const now = 'arn:aws:ecs:eu-west-1:222222222222:task-definition/shop:7';
const runs = fargateExample.containerDefinitions[0]!.image;
const pinned = `shop@sha256:${'c'.repeat(64)}`;
const release = (image: string, base: TaskDefinitionBase = { from: 'service' }): Release => ({
  target: { roleArn: 'arn:aws:iam::222222222222:role/x', region: 'eu-west-1', cluster: 'main', service: 'shop' },
  images: [{ name: 'app', imageUri: 'shop:42', pinned: image }],
  base,
  force: false,
  rollBackOnFailure: true,
  bakeMinutes: 0,
  woken: false,
  deadline: '2026-11-23T10:00:00Z',
  warnings: [],
});
const plan = (before: string, base?: string) => ({
  before: { taskDefinition: before, deploymentId: 'ecs-svc/1' },
  ...(base === undefined ? {} : { baseTaskDefinition: base }),
  unchanged: false,
  alarms: { watched: [], ignored: [] },
  warnings: [],
});
const base = { taskDefinition: fargateExample, tags: [{ key: 'team', value: 'shop' }] };
const facts = { execution, base, release: release(pinned), plan: plan(now, now) };

describe('the revision to deploy', () => {
  it('is a complete copy of the base with the images, its tags and its origin', () => {
    const decision = decideRevision({ ...facts, pipeline: 'shop/1' });
    const {
      taskDefinitionArn,
      revision,
      status,
      requiresAttributes,
      compatibilities,
      registeredAt,
      registeredBy,
      ...kept
    } = fargateExample;
    expect(decision).toEqual({
      do: 'register',
      definition: { ...kept, containerDefinitions: [{ ...fargateExample.containerDefinitions[0], image: pinned }] },
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'gantry:execution', value: execution },
        { key: 'gantry:replaces', value: now },
        { key: 'gantry:pipeline', value: 'shop/1' },
        { key: 'gantry:image:app', value: 'shop:42' },
      ],
      warnings: [],
    });
  });

  it.each([
    ['the service’s own revision, if it has the images', plan(now, now), { taskDefinition: now, same: true }],
    [
      'the newest revision, if it has the images and another one runs',
      plan('shop:6', now),
      { taskDefinition: now, same: false },
    ],
  ])('is not registered, but is %s', (_, given, revision) => {
    expect(decideRevision({ ...facts, release: release(runs), plan: given })).toEqual({ do: 'keep', revision });
  });

  it('is registered if the base is a file, even with the same images', () => {
    const file = release(runs, { from: 'file', path: 'taskdef.json' });
    expect(decideRevision({ ...facts, release: file, plan: plan(now) }).do).toBe('register');
  });
});

describe('a retry recognises its own revision', () => {
  const wanted = { family: 'shop', containerDefinitions: [{ name: 'app', image: pinned }] };
  const found = (tag: string, containers: { name: string; image: string }[]) => ({
    taskDefinition: { family: 'shop', containerDefinitions: containers },
    tags: [{ key: 'gantry:execution', value: tag }],
  });
  it.each([
    ['by its tag and images', found(execution, [{ name: 'app', image: pinned }]), true],
    ['not by its images alone', found('arn:…:two', [{ name: 'app', image: pinned }]), false],
    ['not by its tag alone', found(execution, [{ name: 'app', image: 'shop:41' }]), false],
    ['not if a container is missing', found(execution, []), false],
  ])('%s', (_, revision, expected) => {
    expect(isFromThisExecution(revision, execution, wanted)).toBe(expected);
  });
});
