import {
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Release } from '../../core/model/release.ts';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { createArtifactBucket } from './artifact-bucket.ts';
import { pinnedImage, releaseWith, revisionArn } from './release.ts';
import { createTargetAccount, executionArn, target } from './target-account.ts';

const { admin, as, allow, create, requests } = await createTargetAccount(s3, kms);
const artifactWith = await createArtifactBucket({ as });
const { handler } = await import('../../functions/check-target.ts');

const register = (family: string, ...containers: { name: string; image: string }[]) =>
  admin.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions: containers }));
const release = (service: string, changes: Partial<Release> = {}) =>
  releaseWith({ target: { ...target, service }, ...changes });
const check = (given: Release) => handler({ execution: executionArn('check'), input: { release: given } });

beforeAll(async () => {
  await register('web', { name: 'app', image: 'app:1' }, { name: 'log', image: 'log:1' });
  await register('pinned', { name: 'app', image: pinnedImage });
  await create('web', 'web:1');
  await create('pinned', 'pinned:1');
});

describe('Check Target', () => {
  it('plans a release based on the running revision', async () => {
    const plan = await check(release('web'));
    expect(plan).toEqual({
      at: expect.stringMatching(/Z$/),
      before: {
        taskDefinition: revisionArn('web:1'),
        deploymentId: expect.stringMatching(/^ecs-svc\/\d+$/),
        startedAt: expect.stringMatching(/Z$/),
        knownGood: true,
      },
      baseTaskDefinition: revisionArn('web:1'),
      unchanged: false,
      alarms: { watched: [], ignored: [] },
      warnings: [],
    });
  });

  it('makes no change', async () => {
    requests.length = 0;
    await check(release('web'));
    expect(requests.map(({ operation }) => operation)).toEqual(['DescribeServices', 'DescribeTaskDefinition']);
  });

  it('plans nothing if the service runs these digests already', async () => {
    expect((await check(release('pinned'))).unchanged).toBe(true);
  });

  it('plans to deploy a given revision, named by its name or its ARN', async () => {
    await register('given', { name: 'app', image: 'app:1' });
    await register('given', { name: 'app', image: 'app:2' });
    await create('given', 'given:2');
    const given = (taskDefinition: string) =>
      check(release('given', { images: [], force: true, base: { from: 'revision', taskDefinition } }));
    expect(await given('given:1')).toMatchObject({
      baseTaskDefinition: revisionArn('given:1'),
      unchanged: false,
      warnings: ['app: app:1 is not in ECR; it was neither checked nor pinned to a digest.'],
    });
    await admin.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'given:1' }));
    await expect(given('given:1')).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('is INACTIVE (deregistered)'),
    });
    await expect(given('web:1')).rejects.toThrow('The revision web:1 is of the family "web"');
    await expect(given('given:3')).rejects.toThrow('The revision given:3 does not exist in account 222222222222');
  });

  it('plans a release based on the newest revision if requested', async () => {
    await register('web', { name: 'app', image: 'app:9' });
    const plan = await check(release('web', { base: { from: 'latest' } }));
    expect([plan.baseTaskDefinition, plan.before.taskDefinition]).toEqual([revisionArn('web:2'), revisionArn('web:1')]);
  });

  it('plans a release based on a file in the artifact if requested', async () => {
    const artifact = await artifactWith({
      family: 'web',
      containerDefinitions: [{ name: 'app', image: '<IMAGE1_NAME>' }],
    });
    const plan = await check(release('web', { artifact, base: { from: 'file', path: 'taskdef.json' } }));
    expect([plan.baseTaskDefinition, plan.warnings]).toEqual([undefined, []]);
  });
});

describe('Check Target says what is wrong', () => {
  const failing = (given: Release, message: string) =>
    expect(check(given)).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining(message),
    });

  it('if there is no such service', () =>
    failing(release('other'), "The service 'other' in cluster 'main' does not exist"));

  it('if there is no such cluster', () =>
    failing(release('web', { target: { ...target, cluster: 'nowhere' } }), "The cluster 'nowhere' does not exist"));

  it('if there is no such container', () =>
    failing(release('web', { images: [{ name: 'wbe', imageUri: 'x', pinned: 'x' }] }), "it has 'app', 'log'"));

  it('if the family has no ACTIVE revision left', async () => {
    await register('left', { name: 'app', image: 'app:1' });
    await create('left', 'left:1');
    await admin.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'left:1' }));
    await failing(release('left', { base: { from: 'latest' } }), "'left' has no ACTIVE revision");
  });

  it('in one message for the file and the service', async () => {
    const artifact = await artifactWith({ family: 'web' });
    const given = release('other', { artifact, base: { from: 'file', path: 'taskdef.json' } });
    await failing(given, 'does not exist');
    await failing(given, 'it has no "containerDefinitions"');
  });

  it('if the artifact was deleted after its images were read', async () => {
    const artifact = { ...(await artifactWith({ family: 'web' })), versionId: 'expired' };
    await expect(
      check(release('web', { artifact, base: { from: 'file', path: 'taskdef.json' } })),
    ).rejects.toMatchObject({
      name: 'RevisionUnavailable',
      message: expect.stringContaining('?versionId=expired is gone'),
    });
  });

  it('if the role is not allowed to read the service', async () => {
    allow(['service']);
    const looking = check(release('web'));
    await expect(looking).rejects.toMatchObject({
      name: 'PermissionError',
      message: expect.stringContaining('ecs:DescribeServices'),
    });
    allow();
  });
});

it('Check Target warns about an unfinished deployment', async () => {
  await register('busy', { name: 'app', image: 'app:1' });
  await create('busy', 'busy:1');
  await admin.send(new UpdateServiceCommand({ cluster: 'main', service: 'busy', forceNewDeployment: true }));
  expect((await check(release('busy'))).warnings).toEqual([expect.stringContaining('is not finished')]);
});
