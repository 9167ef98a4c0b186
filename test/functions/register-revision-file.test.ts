import { DescribeTaskDefinitionCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { createArtifactBucket } from './artifact-bucket.ts';
import { pinnedImage, releaseWith, revisionArn } from './release.ts';
import { createTargetAccount, executionArn } from './target-account.ts';

const { admin, as, sent } = await createTargetAccount(s3, kms);
const artifactWith = await createArtifactBucket({ as });
const { handler } = await import('../../functions/register-revision.ts');

const plan = {
  before: { taskDefinition: revisionArn('web:1'), deploymentId: 'ecs-svc/1' },
  unchanged: false,
  warnings: [],
};
const registering = async (execution: string, file: object, key?: string) => {
  const release = releaseWith({
    artifact: await artifactWith(file, key),
    base: { from: 'file', path: 'taskdef.json' },
  });
  const event = { execution: executionArn(execution), input: { release, plan } };
  return { release, register: () => handler(event) };
};
const definition = (family: string) => ({
  family,
  futureTop: [null],
  containerDefinitions: [
    { name: 'app', image: '<IMAGE1_NAME>', futureField: {} },
    { name: 'log', image: 'log:1' },
  ],
});

describe('a task definition file of the artifact', () => {
  it('becomes a revision with the image instead of the placeholder', async () => {
    const { register } = await registering('file', definition('file'));
    expect(await register()).toEqual({ taskDefinition: revisionArn('file:1'), same: false });
    const { family, futureTop, containerDefinitions } = definition('file');
    const [app, log] = containerDefinitions;
    expect(sent('RegisterTaskDefinition')).toEqual([
      { family, futureTop, containerDefinitions: [{ ...app, image: pinnedImage }, log], tags: expect.any(Array) },
    ]);
  });

  it('is tagged with its origin, including the version of the artifact', async () => {
    const { register, release } = await registering('traced', {
      taskDefinition: definition('traced'),
      tags: [{ key: 'team', value: 'a' }],
    });
    await register();
    const { tags } = await admin.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'traced', include: ['TAGS'] }),
    );
    expect(tags).toContainEqual({ key: 'gantry:artifact', value: `artifacts/built@${release.artifact?.versionId}` });
    expect(tags).toContainEqual({ key: 'team', value: 'a' });
  });

  it('is read at the same version again, even if the artifact has changed', async () => {
    const { register } = await registering('version', definition('version'));
    await artifactWith(definition('later'));
    expect(await register()).toEqual({ taskDefinition: revisionArn('version:1'), same: false });
  });

  it('is registered once, even after a retry', async () => {
    const { register } = await registering('once', definition('once'));
    expect(await register()).toEqual(await register());
    const { taskDefinitionArns } = await admin.send(new ListTaskDefinitionsCommand({ familyPrefix: 'once' }));
    expect(taskDefinitionArns).toEqual([revisionArn('once:1')]);
  });

  it("that can no longer be read is refused with AWS's message", async () => {
    const { register } = await registering('forbidden', definition('forbidden'), 'forbidden');
    await expect(register()).rejects.toMatchObject({
      name: 'PermissionError',
      message: expect.stringMatching(
        /^S3 refused s3:\/\/artifacts\/forbidden\S* \(AccessDenied: .*explicit deny.*\), although Read Images had read it/,
      ),
    });
  });
});
