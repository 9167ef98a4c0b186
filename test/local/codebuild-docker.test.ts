import { createHash } from 'node:crypto';
import { BatchGetImageCommand } from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { buildAccountId } from '../start.ts';
import {
  buildspecWith,
  ecrClient,
  readBuildLog,
  readZip,
  registryHost,
  runProject,
  startedCloud,
} from './codebuild-project.ts';
import { allowPolicy, giveRole } from './pipeline.ts';

describe('docker in a build', () => {
  const behavior = '{"then":"crash","afterSeconds":3}';
  const dockerfile = `FROM scratch\nARG LEVEL=low\nCOPY app.txt /\nLABEL local.gantry.behavior='${behavior}' \\\n  level="$LEVEL"\n`;
  const login = `aws ecr get-login-password --region $AWS_REGION | docker login --username AWS --password-stdin ${registryHost}`;

  it("builds and pushes an image with its labels, whose digest is the registry's", async () => {
    const image = `${registryHost}/shop:one`;
    const commands = [
      login,
      `docker build --build-arg LEVEL=high -t ${image} .`,
      `docker push ${image} | tee pushed.txt`,
    ];
    const files = { 'app.txt': 'one', Dockerfile: dockerfile };
    const { ended, output } = await runProject({
      ...files,
      'buildspec.yml': buildspecWith(commands, 'artifacts:\n  files: pushed.txt'),
    });
    expect(ended.buildStatus, (await readBuildLog(ended)).join('\n')).toBe('SUCCEEDED');
    const { images = [] } = await ecrClient.send(
      new BatchGetImageCommand({ repositoryName: 'shop', imageIds: [{ imageTag: 'one' }] }),
    );
    const manifest = images[0]!.imageManifest!;
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    expect(JSON.parse(manifest).annotations).toEqual({ 'local.gantry.behavior': behavior, level: 'high' });
    expect((await readZip(output))['pushed.txt']).toContain(`one: digest: ${digest} size: ${manifest.length}`);
  });

  it('gives another digest for a changed file', async () => {
    const image = (tag: string) => `${registryHost}/shop:${tag}`;
    const commands = [
      login,
      `docker build -t ${image('two')} . && docker push ${image('two')}`,
      'echo changed > app.txt',
      `docker build -t ${image('three')} . && docker push ${image('three')}`,
      `docker tag ${image('two')} ${image('four')} && docker push ${image('four')}`,
    ];
    const { ended } = await runProject({
      'app.txt': '1',
      Dockerfile: dockerfile,
      'buildspec.yml': buildspecWith(commands),
    });
    expect(ended.buildStatus).toBe('SUCCEEDED');
    const imageIds = ['two', 'three', 'four'].map((imageTag) => ({ imageTag }));
    const { images = [] } = await ecrClient.send(new BatchGetImageCommand({ repositoryName: 'shop', imageIds }));
    const [two, three, four] = images.map(({ imageId }) => imageId!.imageDigest);
    expect(two).not.toBe(three);
    expect(four).toBe(two);
  });

  it.each([
    [
      'without a login',
      [`docker build -t ${registryHost}/shop:x . && docker push ${registryHost}/shop:x`],
      'no basic auth credentials',
    ],
    [
      'to a repository that does not exist',
      [login, `docker build -t ${registryHost}/none:x . && docker push ${registryHost}/none:x`],
      "name unknown: The repository with name 'none' does not exist in the registry",
    ],
    [
      'of an image that was not built',
      [login, `docker push ${registryHost}/shop:unbuilt`],
      `An image does not exist locally with the tag: ${registryHost}/shop`,
    ],
    [
      'of an image whose file is missing',
      ['rm app.txt', `docker build -t ${registryHost}/shop:x .`],
      'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref: "/app.txt": not found',
    ],
    ['with a command that is not covered', ['docker run x'], "docker: the stand-in does not cover 'docker run'"],
  ])('fails the build on a push %s', async (_, commands, message) => {
    const { ended } = await runProject({
      'app.txt': '1',
      Dockerfile: dockerfile,
      'buildspec.yml': buildspecWith(commands),
    });
    expect(ended.buildStatus).toBe('FAILED');
    expect(await readBuildLog(ended)).toContain(message);
  });

  it('reports denied if the role is not allowed to push', async () => {
    const reader = `arn:aws:iam::${buildAccountId}:role/reader`;
    giveRole(
      startedCloud.cloud,
      reader,
      allowPolicy('s3:*', 'kms:*', 'logs:*', 'ecr:GetAuthorizationToken', 'ecr:BatchCheck*'),
    );
    const commands = [login, `docker build -t ${registryHost}/shop:x . && docker push ${registryHost}/shop:x`];
    const { ended } = await runProject(
      { 'app.txt': '1', Dockerfile: dockerfile, 'buildspec.yml': buildspecWith(commands) },
      { role: reader },
    );
    expect((await readBuildLog(ended)).join('\n')).toMatch(
      /^denied: User: .* is not authorized to perform: ecr:InitiateLayerUpload/m,
    );
  });
});
