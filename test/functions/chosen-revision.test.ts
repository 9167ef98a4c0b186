import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import { listAllowedImageSources } from '../../core/image/sources.ts';
import type { ContainerImage } from '../../core/model/release.ts';
import type { RollbackCause } from '../../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../../core/model/rollback-decision.ts';
import example from '../../infra/config.ts';
import { ecr } from '../../local/ecr.ts';
import { buildAccountId, region } from '../start.ts';
import { releaseWith, revisionArn } from './release.ts';
import { createTargetAccount, executionArn, target } from './target-account.ts';

const { admin, as, create } = await createTargetAccount(ecr);
const images = new ECRClient(as(buildAccountId));
const { handler: checkTarget } = await import('../../functions/check-target.ts');
const { handler: registerRevision } = await import('../../functions/register-revision.ts');
const { pinChosenRollback } = await import('../../aws/revision-tags.ts');

const repository = `${buildAccountId}.dkr.ecr.${region}.amazonaws.com/legacy/web`;
const foreign = '999999999999.dkr.ecr.eu-west-1.amazonaws.com/theirs:1';
let digest = '';

const push = async (imageTag: string): Promise<string> => {
  const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [], annotations: { imageTag } });
  const { image } = await images.send(new PutImageCommand({ repositoryName: 'legacy/web', imageManifest, imageTag }));
  return image!.imageId!.imageDigest!;
};
const register = (family: string, ...uris: string[]) => {
  const containerDefinitions = uris.map((image, at) => ({ name: `c${at}`, image }));
  return admin.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
};
const deploy = async (revision: string) => {
  const release = releaseWith({
    target: { ...target, service: revision.split(':')[0]! },
    images: [],
    force: true,
    base: { from: 'revision', taskDefinition: revision },
  });
  const execution = executionArn(`deploy-${revision.replace(':', '-')}`);
  const plan = await checkTarget({ execution, input: { release } });
  const { taskDefinition } = await registerRevision({ execution, input: { release, plan } });
  const found = await admin.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return { plan, taskDefinition, images: found.taskDefinition?.containerDefinitions?.map(({ image }) => image) };
};

beforeAll(async () => {
  await images.send(new CreateRepositoryCommand({ repositoryName: 'legacy/web' }));
  digest = await push('stable');
});

describe('a revision that a person chooses with --revision', () => {
  it('is deployed with the digests that its tags have now, as a new revision', async () => {
    await register('tagged', `${repository}:stable`, foreign, `${repository}@sha256:${'b'.repeat(64)}`);
    await create('tagged', 'tagged:1');
    const { plan, taskDefinition, images: deployed } = await deploy('tagged:1');
    expect(deployed).toEqual([`${repository}@${digest}`, foreign, `${repository}@sha256:${'b'.repeat(64)}`]);
    expect(taskDefinition).toBe(revisionArn('tagged:2'));
    expect(plan.images).toMatchObject([{ name: 'c0', pinned: `${repository}@${digest}` }]);
    expect(plan.warnings).toEqual([
      `c1: the configuration allows no images from the repository of ${foreign}, so Gantry does not resolve the tag to a digest.`,
    ]);
  });

  it('is deployed as it is if it names digests only', async () => {
    await register('pinned', `${repository}@${digest}`);
    await create('pinned', 'pinned:1');
    expect((await deploy('pinned:1')).taskDefinition).toBe(revisionArn('pinned:1'));
  });

  it('is refused before anything is changed if ECR no longer has the tag', async () => {
    await register('old', `${repository}:stable`);
    await register('old', `${repository}:deleted`);
    await create('old', 'old:1');
    await expect(deploy('old:2')).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('has no image with the tag deleted.'),
    });
  });
});

describe('a revision that a person chooses with --to', () => {
  const sources = listAllowedImageSources(example);
  const chosen: RollbackCause = { kind: 'hand', revision: 'web:1' };
  const decisionWith = (...given: ContainerImage[]): RollbackDecision & { do: 'revision' } => ({
    do: 'revision',
    reason: 'as asked',
    revision: revisionArn('web:1'),
    data: {
      release: releaseWith({ images: given }),
      plan: {
        before: { taskDefinition: revisionArn('web:1'), deploymentId: 'd' },
        unchanged: false,
        alarms: { watched: [], ignored: [] },
        warnings: [],
      },
      rollout: { deploymentId: 'e', taskDefinition: revisionArn('web:2'), startedAt: '2026-11-23T09:00:00.000Z' },
      verdict: {
        outcome: 'failed',
        reason: 'as asked',
        rollBack: 'gantry',
        at: '2026-11-23T09:00:00.000Z',
        serviceStatus: { taskDefinition: revisionArn('web:2'), desired: 1, running: 1, pending: 0 },
      },
      lease: { status: 'none', warning: 'not yet' },
    },
  });
  const tagged = (tag: string) => ({
    name: `tag-${tag}`,
    imageUri: `${repository}:${tag}`,
    pinned: `${repository}:${tag}`,
  });
  const ran = { name: 'ran', imageUri: `${repository}:stable`, pinned: `${repository}@sha256:${'c'.repeat(64)}` };
  const pinned = async (cause: RollbackCause, ...given: ContainerImage[]) => {
    const decision = await pinChosenRollback(decisionWith(...given), cause, sources);
    if (decision.do !== 'revision') throw new Error(decision.do);
    return decision.data.release;
  };

  it('gets the digests that its tags have now, and keeps those of which ECS knows the digest that ran', async () => {
    const release = await pinned(chosen, tagged('stable'), ran);
    expect(release.images.map((one) => one.pinned)).toEqual([`${repository}@${digest}`, ran.pinned]);
  });

  it.each<[string, ContainerImage]>([
    ['ECR does not have', tagged('gone')],
    ['is outside the allowed repositories', { name: 'their', imageUri: foreign, pinned: foreign }],
  ])('is not refused for an image that %s', async (_, image) => {
    const { images: left, warnings } = await pinned(chosen, image, tagged('stable'));
    expect(left.map((one) => one.pinned)).toEqual([image.pinned, `${repository}@${digest}`]);
    expect(warnings.join().includes('has no image with the tag gone')).toBe(image.name === 'tag-gone');
  });

  it.each<[string, RollbackCause]>([
    ['a rollback without a chosen revision', { kind: 'hand' }],
    ['a rollback after an alarm', { kind: 'alarm', name: 'errors', at: new Date(0) } as RollbackCause],
  ])('%s is left as ECS and the ledger know it', async (_, cause) => {
    expect((await pinned(cause, tagged('stable'))).images).toEqual([tagged('stable')]);
  });
});
