import { createHash } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetRepositoryPolicyCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  PutImageCommand,
  SetRepositoryPolicyCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { expect, test as it } from 'vitest';
import { ecr } from '../../local/ecr.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';

const { as } = await startCloud(ecr);
const owner = new ECRClient(as(buildAccountId));
const other = new ECRClient(as(testAccountId));

const create = (repositoryName: string, imageTagMutability: 'MUTABLE' | 'IMMUTABLE' = 'MUTABLE') =>
  owner.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));

const manifest = (name: string) =>
  JSON.stringify({ schemaVersion: 2, layers: [{ digest: 'sha256:aa', size: 7 }], name });
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const put = (repositoryName: string, imageManifest: string, imageTag?: string) =>
  owner.send(new PutImageCommand({ repositoryName, imageManifest, ...(imageTag ? { imageTag } : {}) }));

it('creates a repository once', async () => {
  const { repository } = await create('once');
  expect(repository).toMatchObject({
    repositoryArn: `arn:aws:ecr:${region}:${buildAccountId}:repository/once`,
    repositoryUri: `${buildAccountId}.dkr.ecr.${region}.amazonaws.com/once`,
    registryId: buildAccountId,
    imageTagMutability: 'MUTABLE',
  });
  await expect(create('once')).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
    message: `The repository with name 'once' already exists in the registry with id '${buildAccountId}'`,
  });
  const { repositories } = await owner.send(new DescribeRepositoriesCommand({ repositoryNames: ['once'] }));
  expect(repositories).toHaveLength(1);
});

it('identifies an image by the digest of its manifest, and moves a tag to a newer image', async () => {
  await create('moving');
  await put('moving', manifest('1'), 'latest');
  await put('moving', manifest('2'), 'latest');
  const { imageDetails } = await owner.send(
    new DescribeImagesCommand({ repositoryName: 'moving', imageIds: [{ imageTag: 'latest' }] }),
  );
  expect(imageDetails).toMatchObject([
    { imageDigest: digestOf(manifest('2')), imageTags: ['latest'], imageSizeInBytes: 7 },
  ]);
  const { imageIds } = await owner.send(new ListImagesCommand({ repositoryName: 'moving' }));
  expect(imageIds).toEqual([
    { imageDigest: digestOf(manifest('1')) },
    { imageDigest: digestOf(manifest('2')), imageTag: 'latest' },
  ]);
});

it('refuses the same image again, and another one under an immutable tag', async () => {
  await create('fixed', 'IMMUTABLE');
  await put('fixed', manifest('1'), 'v1');
  await expect(put('fixed', manifest('1'), 'v1')).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
  await expect(put('fixed', manifest('2'), 'v1')).rejects.toMatchObject({
    name: 'ImageTagAlreadyExistsException',
    message:
      "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable.",
  });
  await expect(put('fixed', '{')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('returns images by tag or digest, and lists missing ones in an answer with status 200', async () => {
  await create('given');
  await put('given', manifest('1'), 'v1');
  const imageIds = [{ imageTag: 'v1' }, { imageDigest: digestOf(manifest('1')) }, { imageTag: 'v2' }];
  const answer = await owner.send(new BatchGetImageCommand({ repositoryName: 'given', imageIds }));
  expect(answer.images!.map(({ imageManifest }) => imageManifest)).toEqual([manifest('1'), manifest('1')]);
  expect(answer.failures).toEqual([
    { imageId: { imageTag: 'v2' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
  ]);
  await expect(
    owner.send(new DescribeImagesCommand({ repositoryName: 'given', imageIds: [{ imageTag: 'v2' }] })),
  ).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message: `The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist within the repository with name 'given' in the registry with id '${buildAccountId}'`,
  });
});

it("allows another account only if the repository's policy does", async () => {
  await create('shared');
  await put('shared', manifest('1'), 'v1');
  const pull = () =>
    other.send(
      new BatchGetImageCommand({
        registryId: buildAccountId,
        repositoryName: 'shared',
        imageIds: [{ imageTag: 'v1' }],
      }),
    );
  const policy = () => owner.send(new GetRepositoryPolicyCommand({ repositoryName: 'shared' }));
  await expect(pull()).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('because no resource-based policy allows the ecr:BatchGetImage action'),
  });
  await expect(policy()).rejects.toMatchObject({ name: 'RepositoryPolicyNotFoundException' });
  const Principal = { AWS: `arn:aws:iam::${testAccountId}:root` };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'ecr:BatchGetImage' }];
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement });
  await owner.send(new SetRepositoryPolicyCommand({ repositoryName: 'shared', policyText }));
  expect((await pull()).images).toHaveLength(1);
  expect((await policy()).policyText).toBe(policyText);
});

it('accepts a layer in parts, and only with the right digest', async () => {
  await create('layered');
  const at = { repositoryName: 'layered' };
  const layerDigest = digestOf('first second');
  const push = async (layerDigests: string[]) => {
    const { uploadId } = await owner.send(new InitiateLayerUploadCommand(at));
    for (const [partFirstByte, part] of [
      [0, 'first '],
      [6, 'second'],
    ] as const) {
      const partLastByte = partFirstByte + part.length - 1;
      const layerPartBlob = Buffer.from(part);
      await owner.send(new UploadLayerPartCommand({ ...at, uploadId, partFirstByte, partLastByte, layerPartBlob }));
    }
    return owner.send(new CompleteLayerUploadCommand({ ...at, uploadId, layerDigests }));
  };
  const availability = async () => {
    const answer = await owner.send(new BatchCheckLayerAvailabilityCommand({ ...at, layerDigests: [layerDigest] }));
    return answer.layers!.map((layer) => layer.layerAvailability);
  };
  await expect(push(['sha256:other'])).rejects.toMatchObject({ name: 'InvalidLayerException' });
  expect(await availability()).toEqual(['UNAVAILABLE']);
  expect((await push([layerDigest])).layerDigest).toBe(layerDigest);
  expect(await availability()).toEqual(['AVAILABLE']);
});

it('names a repository that does not exist', async () => {
  await expect(put('nowhere', manifest('1'))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: `The repository with name 'nowhere' does not exist in the registry with id '${buildAccountId}'`,
  });
});

it('returns a token for its registry', async () => {
  const { authorizationData } = await owner.send(new GetAuthorizationTokenCommand({}));
  const [{ authorizationToken, proxyEndpoint } = {}] = authorizationData!;
  expect(proxyEndpoint).toBe(`https://${buildAccountId}.dkr.ecr.${region}.amazonaws.com`);
  expect(Buffer.from(authorizationToken!, 'base64').toString()).toMatch(/^AWS:/);
});
