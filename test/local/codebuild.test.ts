import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  type Build,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { BatchGetImageCommand, CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import JSZip from 'jszip';
import { beforeAll, describe, expect, it } from 'vitest';
import { codebuild } from '../../local/codebuild.ts';
import { ecr } from '../../local/ecr.ts';
import { kms } from '../../local/kms.ts';
import { logs } from '../../local/logs.ts';
import { s3 } from '../../local/s3.ts';
import { build, region, start } from '../start.ts';
import { allowing, giveRole } from './pipeline.ts';

const aws = await start(kms, s3, ecr, logs, codebuild);
const client = new CodeBuildClient(aws.as(build));
const bucket = new S3Client({ ...aws.as(build), forcePathStyle: true });
const registry = new ECRClient(aws.as(build));
const role = `arn:aws:iam::${build}:role/build`;
const Bucket = 'gantry-builds';
const host = `${build}.dkr.ecr.${region}.amazonaws.com`;
let keyArn = '';

beforeAll(async () => {
  giveRole(aws.cloud, role, allowing('s3:*', 'kms:*', 'logs:*', 'ecr:*'));
  const { KeyMetadata } = await new KMSClient(aws.as(build)).send(new CreateKeyCommand({}));
  keyArn = KeyMetadata!.Arn!;
  await bucket.send(new CreateBucketCommand({ Bucket }));
  await registry.send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
});

let count = 0;

/** Makes a project, gives it these files as its source, and runs it to its end. */
async function run(
  files: Record<string, string>,
  more: { key?: string; role?: string; variables?: Record<string, string>; buildspec?: string } = {},
): Promise<{ ended: Build; output: string }> {
  count += 1;
  const name = `project-${count}`;
  const zip = new JSZip();
  for (const [path, text] of Object.entries(files)) zip.file(path, text);
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await bucket.send(new PutObjectCommand({ Bucket, Key: `${name}/in`, Body }));
  await client.send(
    new CreateProjectCommand({
      name,
      source: { type: 'CODEPIPELINE', ...(more.buildspec === undefined ? {} : { buildspec: more.buildspec }) },
      artifacts: { type: 'CODEPIPELINE' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentVariables: Object.entries(more.variables ?? {}).map(([key, value]) => ({ name: key, value })),
      },
      serviceRole: more.role ?? role,
      ...(more.key === undefined ? {} : { encryptionKey: more.key }),
    }),
  );
  const started = await client.send(
    new StartBuildCommand({
      projectName: name,
      sourceVersion: '3f1c0de5a2b94e1f8a7d',
      sourceLocationOverride: `${Bucket}/${name}/in`,
      artifactsOverride: { type: 'CODEPIPELINE', location: Bucket, name: `${name}/out` },
    }),
  );
  await aws.clock.until(() => true);
  const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [started.build!.id!] }));
  return { ended: builds![0]!, output: `${name}/out` };
}

const spec = (lines: string[], rest = '') =>
  ['version: 0.2', 'phases:', '  build:', '    commands:', ...lines.map((line) => `      - ${line}`), rest].join('\n');

async function logOf({ logs: place }: Build, config = aws.as(build)): Promise<string[]> {
  const { groupName, streamName } = place!;
  const { events = [] } = await new CloudWatchLogsClient(config).send(
    new GetLogEventsCommand({ logGroupName: groupName!, logStreamName: streamName! }),
  );
  return events.map(({ message }) => message!);
}

async function unzipped(Key: string): Promise<Record<string, string>> {
  const { Body } = await bucket.send(new GetObjectCommand({ Bucket, Key }));
  const { files } = await JSZip.loadAsync(await Body!.transformToByteArray());
  const entries = Object.values(files).map(async (file) => [file.name, await file.async('string')] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Whether a process still runs; one that was killed but not yet reaped does not. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const phaseOf = ({ phases = [] }: Build, type: string) => phases.find(({ phaseType }) => phaseType === type);

describe('a build', () => {
  it('runs the phases in one shell and puts its artifact', async () => {
    const buildspec = `version: 0.2
env:
  variables:
    WHO: buildspec
    LEVEL: low
  exported-variables: [TAG]
phases:
  install:
    commands:
      - export TAG="v-$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c1-7)"
  pre_build:
    commands:
      - cd sub
      - |
        for n in 1 2; do
          echo "it's $n"
        done
  build:
    commands:
      - printf '%s' "$TAG $WHO $LEVEL $CODEBUILD_BUILD_NUMBER $AWS_REGION $(cat here.txt)" > ../said.txt
    finally:
      - echo finally
  post_build:
    commands:
      - echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"
artifacts:
  files: said.txt
`;
    const files = { 'buildspec.yml': buildspec, 'sub/here.txt': 'here' };
    const { ended, output } = await run(files, { variables: { LEVEL: 'high' } });
    expect(ended).toMatchObject({ buildStatus: 'SUCCEEDED', buildComplete: true, currentPhase: 'COMPLETED' });
    expect(ended.phases?.map(({ phaseType }) => phaseType)).toEqual([
      'SUBMITTED',
      'QUEUED',
      'PROVISIONING',
      'DOWNLOAD_SOURCE',
      'INSTALL',
      'PRE_BUILD',
      'BUILD',
      'POST_BUILD',
      'UPLOAD_ARTIFACTS',
      'FINALIZING',
      'COMPLETED',
    ]);
    expect(ended.exportedEnvironmentVariables).toEqual([{ name: 'TAG', value: 'v-3f1c0de' }]);
    expect(await unzipped(output)).toEqual({ 'said.txt': `v-3f1c0de buildspec high 1 ${region} here` });
    expect(await logOf(ended)).toEqual(expect.arrayContaining(["it's 1", "it's 2", 'finally', 'succeeding 1']));
  });

  it.each([
    ['a command that fails', ['echo before', 'sh -c "exit 3"', 'echo after'], 'sh -c "exit 3"', 3],
    ['a command that ends the shell', ['exit 5', 'echo after'], 'exit 5', 5],
    ['a command that does not exist', ['no-such-program', 'echo after'], 'no-such-program', 127],
  ])('fails with %s, and says which', async (_, commands, command, code) => {
    const { ended } = await run({ 'buildspec.yml': spec(commands) });
    expect(ended.buildStatus).toBe('FAILED');
    expect(phaseOf(ended, 'BUILD')).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [
        {
          statusCode: 'COMMAND_EXECUTION_ERROR',
          message: `Error while executing command: ${command}. Reason: exit status ${code}`,
        },
      ],
    });
    expect(await logOf(ended)).not.toContain('after');
    expect(phaseOf(ended, 'UPLOAD_ARTIFACTS')).toBeUndefined();
  });

  it('runs finally and post_build after a build that failed, but not a build after a pre_build that failed', async () => {
    const post = '  post_build:\n    commands: echo "post $CODEBUILD_BUILD_SUCCEEDING"';
    const failing = `version: 0.2\nphases:\n  build:\n    commands: 'false'\n    finally: echo last\n${post}`;
    const one = await run({ 'buildspec.yml': failing });
    expect(await logOf(one.ended)).toEqual(expect.arrayContaining(['last', 'post 0']));
    expect(one.ended.buildStatus).toBe('FAILED');
    const early = `version: 0.2\nphases:\n  pre_build:\n    commands: 'false'\n  build:\n    commands: echo built\n${post}`;
    const two = await run({ 'buildspec.yml': early });
    expect(two.ended.phases?.map(({ phaseType }) => phaseType)).not.toContain('BUILD');
    expect(await logOf(two.ended)).not.toContain('post 0');
  });

  it('that hangs is killed with all that it started', async () => {
    const hasty = await start(logs, (cloud) => codebuild(cloud, 1500));
    giveRole(hasty.cloud, role, allowing('logs:*'));
    const config = hasty.as(build);
    const impatient = new CodeBuildClient(config);
    const buildspec = spec(['sleep 600 & echo "pid $!"', 'sleep 600']);
    const project = {
      name: 'hangs',
      source: { type: 'NO_SOURCE' as const, buildspec },
      artifacts: { type: 'NO_ARTIFACTS' as const },
      environment: { type: 'LINUX_CONTAINER' as const, image: 'i', computeType: 'BUILD_GENERAL1_SMALL' as const },
      serviceRole: role,
    };
    await impatient.send(new CreateProjectCommand(project));
    const started = await impatient.send(new StartBuildCommand({ projectName: 'hangs' }));
    await hasty.clock.until(() => true);
    const { builds } = await impatient.send(new BatchGetBuildsCommand({ ids: [started.build!.id!] }));
    const ended = builds![0]!;
    expect(ended.buildStatus).toBe('TIMED_OUT');
    expect(phaseOf(ended, 'BUILD')).toMatchObject({ phaseStatus: 'TIMED_OUT' });
    const pid = Number(/^pid (\d+)$/m.exec((await logOf(ended, config)).join('\n'))![1]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it.each([
    ['no buildspec', {}, 'DOWNLOAD_SOURCE', /no such file/],
    ['a buildspec that is no YAML', { 'buildspec.yml': 'version: [' }, 'DOWNLOAD_SOURCE', /./],
    [
      'a section that is not covered',
      { 'buildspec.yml': spec(['echo ok'], 'reports: {}') },
      'DOWNLOAD_SOURCE',
      /reports/,
    ],
    [
      'no matching artifact',
      { 'buildspec.yml': spec(['echo ok'], 'artifacts:\n  files: "*.zip"') },
      'UPLOAD_ARTIFACTS',
      /no matching artifact paths found for \*\.zip/,
    ],
    [
      'no base directory',
      { 'buildspec.yml': spec(['echo ok'], 'artifacts:\n  files: "*"\n  base-directory: dist') },
      'UPLOAD_ARTIFACTS',
      /no matching base directory path found for dist/,
    ],
  ])('fails with %s', async (_, files, phase, message) => {
    const { ended } = await run(files);
    expect(ended.buildStatus).toBe('FAILED');
    expect(phaseOf(ended, phase)?.contexts?.[0]?.message).toMatch(message);
  });

  it.each([
    ['**/*', ['dist/a.txt', 'dist/deep/b.txt'], ''],
    ['"**/*"', ['a.txt', 'deep/b.txt'], '\n  base-directory: dist'],
    ['"**/*"', ['a.txt', 'b.txt'], '\n  base-directory: dist\n  discard-paths: yes'],
    ['"deep/*"', ['deep/b.txt'], '\n  base-directory: dist'],
  ])('takes the artifact files %s', async (pattern, expected, more) => {
    const files = pattern === '**/*' ? '"dist/**/*"' : pattern;
    const make = ['mkdir -p dist/deep', 'echo a > dist/a.txt', 'echo b > dist/deep/b.txt'];
    const { output } = await run({ 'buildspec.yml': spec(make, `artifacts:\n  files: ${files}${more}`) });
    expect(Object.keys(await unzipped(output)).sort()).toEqual(expected);
  });

  it('may be given its buildspec by the project, and no variables of this process', async () => {
    process.env.GANTRY_TEST_LEAK = 'leaked';
    const buildspec = spec(
      ['printf "%s" "got ${GANTRY_TEST_LEAK-nothing}" > said.txt'],
      'artifacts:\n  files: said.txt',
    );
    const { output } = await run({ 'a.txt': '' }, { buildspec });
    expect(await unzipped(output)).toEqual({ 'said.txt': 'got nothing' });
  });
});

describe('the artifact of a build', () => {
  const files = { 'buildspec.yml': spec(['echo hi > a.txt'], 'artifacts:\n  files: a.txt') };
  const keyOf = async (Key: string) => (await bucket.send(new HeadObjectCommand({ Bucket, Key }))).SSEKMSKeyId;

  it("is encrypted with the project's key", async () => {
    const { output } = await run(files, { key: keyArn });
    expect(await keyOf(output)).toBe(keyArn);
  });

  it('is encrypted with the aws/s3 key when the project names none', async () => {
    const { ended, output } = await run(files);
    expect(await keyOf(output)).not.toBe(keyArn);
    const { projects } = await client.send(new BatchGetProjectsCommand({ names: [ended.projectName!] }));
    expect(projects?.[0]?.encryptionKey).toBe(`arn:aws:kms:${region}:${build}:alias/aws/s3`);
  });

  it('is not put by a role that may not', async () => {
    const poor = `arn:aws:iam::${build}:role/poor`;
    giveRole(aws.cloud, poor, allowing('s3:GetObject', 'kms:*', 'logs:*'));
    const { ended } = await run(files, { role: poor });
    expect(phaseOf(ended, 'UPLOAD_ARTIFACTS')?.contexts?.[0]).toMatchObject({
      statusCode: 'CLIENT_ERROR',
      message: expect.stringMatching(/^Error in UPLOAD_ARTIFACTS phase: AccessDenied/),
    });
  });

  it('is not even begun by a role that may not write its log', async () => {
    const mute = `arn:aws:iam::${build}:role/mute`;
    giveRole(aws.cloud, mute, allowing('s3:*', 'kms:*'));
    const { ended } = await run(files, { role: mute });
    expect(phaseOf(ended, 'QUEUED')?.contexts?.[0]?.message).toMatch(/does not allow AWS CodeBuild to create/);
  });
});

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
    expect((await logOf(ended)).join('\n')).toMatch(/^denied: User: .* is not authorized to perform: ecr:PutImage/m);
  });
});
