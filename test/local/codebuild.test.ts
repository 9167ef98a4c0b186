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
import { buildAccountId, region, startCloud } from '../start.ts';
import {
  bucketName,
  buildRole,
  buildspecWith,
  codeBuildClient,
  findPhase,
  keyArn,
  readBuildLog,
  readZip,
  runProject,
  s3Client,
  startedCloud,
} from './codebuild-project.ts';
import { allowPolicy, giveRole } from './pipeline.ts';

/** Whether a process still runs. A process that was killed but not yet reaped does not count as running. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a build', () => {
  it('runs the phases in one shell and uploads its artifact', async () => {
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
    const { ended, output } = await runProject(files, { variables: { LEVEL: 'high' } });
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
    expect(await readZip(output)).toEqual({ 'said.txt': `v-3f1c0de buildspec high 1 ${region} here` });
    expect(await readBuildLog(ended)).toEqual(expect.arrayContaining(["it's 1", "it's 2", 'finally', 'succeeding 1']));
  });

  it.each([
    ['a command that fails', ['echo before', 'sh -c "exit 3"', 'echo after'], 'sh -c "exit 3"', 3],
    ['a command that exits the shell', ['exit 5', 'echo after'], 'exit 5', 5],
    ['a command that does not exist', ['no-such-program', 'echo after'], 'no-such-program', 127],
  ])('fails with %s, and names the command', async (_, commands, command, code) => {
    const { ended } = await runProject({ 'buildspec.yml': buildspecWith(commands) });
    expect(ended.buildStatus).toBe('FAILED');
    expect(findPhase(ended, 'BUILD')).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [
        {
          statusCode: 'COMMAND_EXECUTION_ERROR',
          message: `Error while executing command: ${command}. Reason: exit status ${code}`,
        },
      ],
    });
    expect(await readBuildLog(ended)).not.toContain('after');
    expect(findPhase(ended, 'UPLOAD_ARTIFACTS')).toBeUndefined();
  });

  it('runs finally and post_build after a failed build, but no build after a failed pre_build', async () => {
    const post = '  post_build:\n    commands: echo "post $CODEBUILD_BUILD_SUCCEEDING"';
    const failing = `version: 0.2\nphases:\n  build:\n    commands: 'false'\n    finally: echo last\n${post}`;
    const one = await runProject({ 'buildspec.yml': failing });
    expect(await readBuildLog(one.ended)).toEqual(expect.arrayContaining(['last', 'post 0']));
    expect(one.ended.buildStatus).toBe('FAILED');
    const early = `version: 0.2\nphases:\n  pre_build:\n    commands: 'false'\n  build:\n    commands: echo built\n${post}`;
    const two = await runProject({ 'buildspec.yml': early });
    expect(two.ended.phases?.map(({ phaseType }) => phaseType)).not.toContain('BUILD');
    expect(await readBuildLog(two.ended)).not.toContain('post 0');
  });

  it('that hangs is killed with all processes that it started', async () => {
    const hasty = await startCloud(logs, (cloud) => codebuild(cloud, 1500));
    giveRole(hasty.cloud, buildRole, allowPolicy('logs:*'));
    const config = hasty.as(buildAccountId);
    const impatient = new CodeBuildClient(config);
    const buildspec = buildspecWith(['sleep 600 & echo "pid $!"', 'sleep 600']);
    const project = {
      name: 'hangs',
      source: { type: 'NO_SOURCE' as const, buildspec },
      artifacts: { type: 'NO_ARTIFACTS' as const },
      environment: { type: 'LINUX_CONTAINER' as const, image: 'i', computeType: 'BUILD_GENERAL1_SMALL' as const },
      serviceRole: buildRole,
    };
    await impatient.send(new CreateProjectCommand(project));
    const started = await impatient.send(new StartBuildCommand({ projectName: 'hangs' }));
    await hasty.clock.advanceUntil(() => true);
    const { builds } = await impatient.send(new BatchGetBuildsCommand({ ids: [started.build!.id!] }));
    const ended = builds![0]!;
    expect(ended.buildStatus).toBe('TIMED_OUT');
    expect(findPhase(ended, 'BUILD')).toMatchObject({ phaseStatus: 'TIMED_OUT' });
    const pid = Number(/^pid (\d+)$/m.exec((await readBuildLog(ended, config)).join('\n'))![1]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it.each([
    ['no buildspec', {}, 'DOWNLOAD_SOURCE', /no such file/],
    ['a buildspec that is not YAML', { 'buildspec.yml': 'version: [' }, 'DOWNLOAD_SOURCE', /./],
    [
      'a section that is not covered',
      { 'buildspec.yml': buildspecWith(['echo ok'], 'reports: {}') },
      'DOWNLOAD_SOURCE',
      /reports/,
    ],
    [
      'no matching artifact',
      { 'buildspec.yml': buildspecWith(['echo ok'], 'artifacts:\n  files: "*.zip"') },
      'UPLOAD_ARTIFACTS',
      /no matching artifact paths found for \*\.zip/,
    ],
    [
      'no base directory',
      { 'buildspec.yml': buildspecWith(['echo ok'], 'artifacts:\n  files: "*"\n  base-directory: dist') },
      'UPLOAD_ARTIFACTS',
      /no matching base directory path found for dist/,
    ],
  ])('fails with %s', async (_, files, phase, message) => {
    const { ended } = await runProject(files);
    expect(ended.buildStatus).toBe('FAILED');
    expect(findPhase(ended, phase)?.contexts?.[0]?.message).toMatch(message);
  });

  it.each([
    ['**/*', ['dist/a.txt', 'dist/deep/b.txt'], ''],
    ['"**/*"', ['a.txt', 'deep/b.txt'], '\n  base-directory: dist'],
    ['"**/*"', ['a.txt', 'b.txt'], '\n  base-directory: dist\n  discard-paths: yes'],
    ['"deep/*"', ['deep/b.txt'], '\n  base-directory: dist'],
  ])('takes the artifact files %s', async (pattern, expected, more) => {
    const files = pattern === '**/*' ? '"dist/**/*"' : pattern;
    const make = ['mkdir -p dist/deep', 'echo a > dist/a.txt', 'echo b > dist/deep/b.txt'];
    const { output } = await runProject({
      'buildspec.yml': buildspecWith(make, `artifacts:\n  files: ${files}${more}`),
    });
    expect(Object.keys(await readZip(output)).sort()).toEqual(expected);
  });

  it("can take its buildspec from the project, and gets no variables of the emulator's process", async () => {
    process.env.GANTRY_TEST_LEAK = 'leaked';
    const buildspec = buildspecWith(
      ['printf "%s" "got ${GANTRY_TEST_LEAK-nothing}" > said.txt'],
      'artifacts:\n  files: said.txt',
    );
    const { output } = await runProject({ 'a.txt': '' }, { buildspec });
    expect(await readZip(output)).toEqual({ 'said.txt': 'got nothing' });
  });
});

describe('the artifact of a build', () => {
  const files = { 'buildspec.yml': buildspecWith(['echo hi > a.txt'], 'artifacts:\n  files: a.txt') };
  const keyOf = async (Key: string) =>
    (await s3Client.send(new HeadObjectCommand({ Bucket: bucketName, Key }))).SSEKMSKeyId;

  it("is encrypted with the project's key", async () => {
    const { output } = await runProject(files, { key: keyArn });
    expect(await keyOf(output)).toBe(keyArn);
  });

  it('is encrypted with the aws/s3 key if the project names none', async () => {
    const { ended, output } = await runProject(files);
    expect(await keyOf(output)).not.toBe(keyArn);
    const { projects } = await codeBuildClient.send(new BatchGetProjectsCommand({ names: [ended.projectName!] }));
    expect(projects?.[0]?.encryptionKey).toBe(`arn:aws:kms:${region}:${buildAccountId}:alias/aws/s3`);
  });

  it('is not uploaded if the role is not allowed to', async () => {
    const poor = `arn:aws:iam::${buildAccountId}:role/poor`;
    giveRole(startedCloud.cloud, poor, allowPolicy('s3:GetObject', 'kms:*', 'logs:*'));
    const { ended } = await runProject(files, { role: poor });
    expect(findPhase(ended, 'UPLOAD_ARTIFACTS')?.contexts?.[0]).toMatchObject({
      statusCode: 'CLIENT_ERROR',
      message: expect.stringMatching(/^Error in UPLOAD_ARTIFACTS phase: AccessDenied/),
    });
  });

  it('does not start if the role is not allowed to write its log', async () => {
    const mute = `arn:aws:iam::${buildAccountId}:role/mute`;
    giveRole(startedCloud.cloud, mute, allowPolicy('s3:*', 'kms:*'));
    const { ended } = await runProject(files, { role: mute });
    expect(findPhase(ended, 'QUEUED')?.contexts?.[0]?.message).toMatch(/does not allow AWS CodeBuild to create/);
  });
});
