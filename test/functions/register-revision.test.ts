import {
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerTaskDefinition } from '../../aws/ecs-task-definitions.ts';
import type { Release } from '../../core/model/release.ts';
import { fillTaskDefinitionDefaults } from '../../local/ecs/task-definition-defaults.ts';
import { pinnedImage, releaseWith, revisionArn } from './release.ts';
import { createTargetAccount, executionArn } from './target-account.ts';

const { admin, losing, requests, sent } = await createTargetAccount();
const { handler } = await import('../../functions/register-revision.ts');

const arn = revisionArn;
const plan = (base: string) => ({
  before: { taskDefinition: arn(base), deploymentId: 'ecs-svc/1' },
  baseTaskDefinition: arn(base),
  unchanged: false,
  warnings: [],
});
const registering = (execution: string, base: string, changes: Partial<Release> = {}) =>
  handler({ execution: executionArn(execution), input: { release: releaseWith(changes), plan: plan(base) } });
const revisions = async (familyPrefix: string) =>
  (await admin.send(new ListTaskDefinitionsCommand({ familyPrefix }))).taskDefinitionArns;
const simple = (family: string) =>
  admin.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: [{ name: 'app', image: 'app:1' }],
      tags: [{ key: 'team', value: 'shop' }],
    }),
  );

beforeEach(() => {
  requests.length = 0;
});

describe('a new revision', () => {
  const future = {
    family: 'future',
    futureTop: { depth: [{ deeper: null, empty: [], text: '' }] },
    futureNull: null,
    volumes: [],
    containerDefinitions: [
      { name: 'app', image: 'app:1', futureField: [null, {}, ''], environment: [], command: null },
      { name: 'log', image: 'log:1', logConfiguration: { logDriver: 'awslogs', later: { x: 1 } } },
    ],
  };
  beforeAll(async () => {
    await registerTaskDefinition(admin, future, [{ key: 'team', value: 'shop' }]);
  });

  it('contains every field that ECS returned, known or not, with the new images', async () => {
    expect(await registering('one', 'future:1')).toEqual({ taskDefinition: arn('future:2'), same: false });
    const [{ tags, ...definition } = { tags: [] }] = sent('RegisterTaskDefinition') as { tags: unknown[] }[];
    const returned = fillTaskDefinitionDefaults(future);
    const [app, log] = returned.containerDefinitions;
    expect(definition).toEqual({ ...returned, containerDefinitions: [{ ...app, image: pinnedImage }, log] });
    expect(tags).toEqual([
      { key: 'team', value: 'shop' },
      { key: 'gantry:execution', value: executionArn('one') },
      { key: 'gantry:replaces', value: arn('future:1') },
      { key: 'gantry:image:app', value: 'app:2' },
    ]);
  });

  it('is tagged with its pipeline', async () => {
    await simple('piped');
    const job = { id: 'x', pipeline: { name: 'shop', executionId: '7c9e' }, configuration: {} };
    await handler({ execution: executionArn('piped'), input: { release: releaseWith(), plan: plan('piped:1'), job } });
    const { tags } = await admin.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'piped:2', include: ['TAGS'] }),
    );
    expect(tags).toContainEqual({ key: 'gantry:pipeline', value: 'shop/7c9e' });
  });
});

describe('a retry finds its own revision and', () => {
  it('registers no other', async () => {
    await simple('again');
    const first = await registering('again', 'again:1');
    expect(await registering('again', 'again:1')).toEqual(first);
    expect(await revisions('again')).toEqual([arn('again:1'), arn('again:2')]);
  });

  it('does so even if the answer was lost', async () => {
    await simple('lost');
    losing.add('RegisterTaskDefinition');
    await expect(registering('lost', 'lost:1')).rejects.toMatchObject({ name: 'SystemUnavailable' });
    expect(await revisions('lost')).toEqual([arn('lost:1'), arn('lost:2')]);
    expect(await registering('lost', 'lost:1')).toEqual({ taskDefinition: arn('lost:2'), same: false });
    expect(await revisions('lost')).toHaveLength(2);
  });

  it('does so among revisions of others', async () => {
    await simple('busy');
    const first = await registering('mine', 'busy:1');
    await registering('theirs', 'busy:1');
    expect(await registering('mine', 'busy:1')).toEqual(first);
    expect(await revisions('busy')).toHaveLength(3);
  });

  it('does so while another execution registers its own', async () => {
    await simple('other');
    const revisions = [await registering('a', 'other:1'), await registering('b', 'other:1')];
    expect(revisions.map(({ taskDefinition }) => taskDefinition)).toEqual([arn('other:2'), arn('other:3')]);
  });

  it('the first attempt reads no revision except its base', async () => {
    await simple('cheap');
    requests.length = 0;
    await registering('cheap', 'cheap:1');
    expect(requests.map(({ operation }) => operation)).toEqual([
      'DescribeTaskDefinition',
      'ListTaskDefinitions',
      'RegisterTaskDefinition',
    ]);
  });
});

it('Register Revision registers nothing if the revision has the images already', async () => {
  await simple('same');
  requests.length = 0;
  const images = [{ name: 'app', imageUri: 'app:1', pinned: 'app:1' }];
  expect(await registering('same', 'same:1', { images })).toEqual({ taskDefinition: arn('same:1'), same: true });
  expect(await registering('same', 'same:1', { images: [] })).toEqual({ taskDefinition: arn('same:1'), same: true });
  expect(sent('RegisterTaskDefinition')).toEqual([]);
});

it('Register Revision says if the base was deleted meanwhile', async () => {
  await expect(registering('gone', 'gone:1')).rejects.toMatchObject({ name: 'RevisionOutOfSync' });
});
