import { createHash } from 'node:crypto';
import { BatchGetImageCommand } from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { build } from '../start.ts';
import { aws, host, logOf, registry, run, spec, unzipped } from './builds.ts';
import { allowing, giveRole } from './pipeline.ts';

describe('docker in a build', () => {
  const behavior = '{"then":"crash","afterSeconds":3}';
  const dockerfile = `FROM scratch\nARG LEVEL=low\nCOPY app.txt /\nLABEL local.gantry.behavior='${behavior}' \\\n  level="$LEVEL"\n`;
  const login = `aws ecr get-login-password --region $AWS_REGION | docker login --username AWS --password-stdin ${host}`;

  it("builds and pushes an image with its labels, whose digest is the registry's", async () => {
    const image = `${host}/shop:one`;
    const commands = [
      login,
      `docker build --build-arg LEVEL=high -t ${image} .`,
      `docker push ${image} | tee pushed.txt`,
    ];
    const files = { 'app.txt': 'one', Dockerfile: dockerfile };
    const { ended, output } = await run({
      ...files,
      'buildspec.yml': spec(commands, 'artifacts:\n  files: pushed.txt'),
    });
    expect(ended.buildStatus, (await logOf(ended)).join('\n')).toBe('SUCCEEDED');
    const { images = [] } = await registry.send(
      new BatchGetImageCommand({ repositoryName: 'shop', imageIds: [{ imageTag: 'one' }] }),
    );
    const manifest = images[0]!.imageManifest!;
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    expect(JSON.parse(manifest).annotations).toEqual({ 'local.gantry.behavior': behavior, level: 'high' });
    expect((await unzipped(output))['pushed.txt']).toContain(`one: digest: ${digest} size: ${manifest.length}`);
  });

  it('makes another digest of another file', async () => {
    const image = (tag: string) => `${host}/shop:${tag}`;
    const commands = [
      login,
      `docker build -t ${image('two')} . && docker push ${image('two')}`,
      'echo changed > app.txt',
      `docker build -t ${image('three')} . && docker push ${image('three')}`,
      `docker tag ${image('two')} ${image('four')} && docker push ${image('four')}`,
    ];
    const { ended } = await run({ 'app.txt': '1', Dockerfile: dockerfile, 'buildspec.yml': spec(commands) });
    expect(ended.buildStatus).toBe('SUCCEEDED');
    const imageIds = ['two', 'three', 'four'].map((imageTag) => ({ imageTag }));
    const { images = [] } = await registry.send(new BatchGetImageCommand({ repositoryName: 'shop', imageIds }));
    const [two, three, four] = images.map(({ imageId }) => imageId!.imageDigest);
    expect(two).not.toBe(three);
    expect(four).toBe(two);
  });

  it.each([
    [
      'without a login',
      [`docker build -t ${host}/shop:x . && docker push ${host}/shop:x`],
      'no basic auth credentials',
    ],
    [
      'to a repository that does not exist',
      [login, `docker build -t ${host}/none:x . && docker push ${host}/none:x`],
      "name unknown: The repository with name 'none' does not exist in the registry",
    ],
    [
      'of an image that was not built',
      [login, `docker push ${host}/shop:unbuilt`],
      `An image does not exist locally with the tag: ${host}/shop`,
    ],
    [
      'of an image whose file is missing',
      ['rm app.txt', `docker build -t ${host}/shop:x .`],
      'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref: "/app.txt": not found',
    ],
    ['of what it does not cover', ['docker run x'], "docker: the stand-in does not cover 'docker run'"],
  ])('fails the build on a push %s', async (_, commands, message) => {
    const { ended } = await run({ 'app.txt': '1', Dockerfile: dockerfile, 'buildspec.yml': spec(commands) });
    expect(ended.buildStatus).toBe('FAILED');
    expect(await logOf(ended)).toContain(message);
  });

  it('says denied when the role may not push', async () => {
    const reader = `arn:aws:iam::${build}:role/reader`;
    giveRole(aws.cloud, reader, allowing('s3:*', 'kms:*', 'logs:*', 'ecr:GetAuthorizationToken', 'ecr:BatchCheck*'));
    const commands = [login, `docker build -t ${host}/shop:x . && docker push ${host}/shop:x`];
    const { ended } = await run(
      { 'app.txt': '1', Dockerfile: dockerfile, 'buildspec.yml': spec(commands) },
      { role: reader },
    );
    expect((await logOf(ended)).join('\n')).toMatch(
      /^denied: User: .* is not authorized to perform: ecr:InitiateLayerUpload/m,
    );
  });
});
