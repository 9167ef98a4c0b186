import { readFileSync } from 'node:fs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { codebuild } from '../../local/codebuild.ts';
import { logs } from '../../local/logs.ts';
import { build, region, start } from '../start.ts';
import { aws, Bucket, bucket, client, keyArn, logOf, phaseOf, role, run, spec, unzipped } from './builds.ts';
import { allowing, giveRole } from './pipeline.ts';

/** Whether a process still runs; one that was killed but not yet reaped does not. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

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
