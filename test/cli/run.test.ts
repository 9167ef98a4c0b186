import { beforeAll, describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { listOwnTasks } from '../machine/own-tasks.ts';
import { startReleaseSystem } from '../machine/release-system.ts';
import { createTerminal, linesOfType, setCredentials } from './terminal.ts';

/* Only the target `test` allows commands. Its service runs an image whose commands behave as this list says. */
const lines = Array.from({ length: 30 }, (_, at) => `Row ${at}`);
const oneOff = [
  { command: 'bin/rake db:seed', log: lines, seconds: 40 },
  { command: 'bin/fail', exitCode: 3, log: ['boom'] },
  { command: 'bin/usage', exitCode: 2 },
  { command: 'bin/hang', ends: 'hang' },
  { command: 'bin/never', ends: 'cannot-start' },
  { command: 'bin/oom', ends: 'out-of-memory' },
  { command: 'bin/slow', seconds: 600 },
];
const user = 'arn:aws:iam::111111111111:user/admin';
const config = {
  ...example,
  targets: example.targets.map((target) => ({
    ...target,
    viewers: [user],
    manualTasks: target.name === 'test' ? ('allow' as const) : ('deny' as const),
  })),
};

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

beforeAll(async () => {
  system = await startReleaseSystem(config);
  setCredentials(system);
  gantry = await createTerminal(system);
  const image = await system.push('commands', { oneOff });
  const released = await system.release(image);
  expect(released.status).toBe('SUCCEEDED');
  await system.steady();
});

const runIn = (target: string, ...command: string[]) =>
  gantry(['run', target, '--container', 'app', '--json', '--', ...command]);

it('a command runs once on the revision that runs, like a task of the service; its log is followed, and its exit code is returned', async () => {
  const ran = await runIn('test/web', 'bin/rake', 'db:seed');
  expect(ran.exitCode, ran.out + ran.err).toBe(0);
  expect(linesOfType(ran, 'log').map(({ message }) => message)).toEqual(lines);
  expect(linesOfType(ran, 'state').map(({ name }) => name)).toEqual(['Run Command', 'Wait For Command Event']);
  expect(linesOfType(ran, 'warning')[0]).toMatchObject({ message: expect.stringContaining('must contain no secret') });
  const { taskDefinition } = await system.service();
  const own = (await listOwnTasks(system)).filter(({ startedBy }) => startedBy?.startsWith('gantry/command/'));
  expect(own).toMatchObject([
    { taskDefinitionArn: taskDefinition, launchType: 'FARGATE', attachments: expect.anything() },
  ]);
});

describe('the exit code is', () => {
  it.each<[string, string[], number, RegExp]>([
    ['that of the container', ['bin/fail'], 3, /app exited with code 3/],
    ['that of the container, also if it is one of gantry itself', ['bin/usage'], 2, /app exited with code 2/],
    ['that of a container without memory', ['bin/oom'], 137, /out of memory/],
    ['125 if the task cannot start', ['bin/never'], 125, /could not start/],
  ])('%s', async (_, command, exitCode, message) => {
    const ran = await runIn('test/web', ...command);
    expect([ran.exitCode, ran.lines.at(-1)]).toEqual([
      exitCode,
      expect.objectContaining({ type: 'ended', message: expect.stringMatching(message) }),
    ]);
  });
});

describe('a command is refused before anything runs:', () => {
  it.each<[string, string[], number, string]>([
    ['the target allows none', ['prod/web', '--container', 'app', '--', 'ls'], 2, "manualTasks is 'deny'"],
    ['no target', ['--container', 'app'], 2, 'run needs the name of a target'],
    ['an unknown target', ['test/none', '--container', 'app', '--', 'ls'], 2, 'No target is named "test/none"'],
    ['no container', ['test/web', '--', 'ls'], 2, 'run needs --container'],
    ['no command', ['test/web', '--container', 'app'], 2, 'run needs a command after --'],
    [
      'an unknown container',
      ['test/web', '--container', 'sidecar', '--', 'ls'],
      2,
      'has no container sidecar; it has app',
    ],
    [
      'no time',
      ['test/web', '--container', 'app', '--timeout-minutes', '0', '--', 'ls'],
      2,
      '--timeout-minutes is "0"',
    ],
    ['a long command', ['test/web', '--container', 'app', '--', 'x'.repeat(8000)], 2, 'at most 7500 characters'],
  ])('%s', async (_, argv, exitCode, says) => {
    const before = (await listOwnTasks(system)).length;
    const ran = await gantry(['run', ...argv]);
    expect([ran.exitCode, ran.out + ran.err]).toEqual([exitCode, expect.stringContaining(says)]);
    expect(await listOwnTasks(system)).toHaveLength(before);
  });
});

it('options after -- belong to the command', async () => {
  const ran = await gantry(['run', 'test/web', '--container', 'app', '--', 'ls', '--help', '-h', '--stage', 'x']);
  expect([ran.exitCode, ran.out]).toEqual([0, expect.stringContaining('The command on web:')]);
  const [task] = (await listOwnTasks(system)).filter(
    ({ overrides }) => overrides.containerOverrides?.[0]?.command?.[0] === 'ls',
  );
  expect(task?.overrides.containerOverrides).toMatchObject([{ command: ['ls', '--help', '-h', '--stage', 'x'] }]);
});

const taskOf = async (command: string) =>
  (await listOwnTasks(system)).find(({ overrides }) => overrides.containerOverrides?.[0]?.command?.[0] === command);

it('a command that exceeds its time is stopped, and its exit code is never 0', async () => {
  const ran = await gantry(['run', 'test/web', '--container', 'app', '--timeout-minutes', '2', '--', 'bin/hang']);
  expect(ran.exitCode).not.toBe(0);
  expect(ran.out).toContain('did not end within its 2 minutes, and Gantry stopped it');
  await system.waitUntil(
    () => taskOf('bin/hang'),
    (task) => task?.lastStatus === 'STOPPED',
  );
});

it('Ctrl-C stops the watching only, and says how to stop the command; whoever does that leaves no task', async () => {
  const ran = await gantry(['run', 'test/web', '--container', 'app', '--', 'bin/slow'], { interrupt: 'Task https' });
  expect(ran.exitCode).toBe(130);
  const [, entry = ''] = /aws stepfunctions stop-execution --execution-arn (\S+)/.exec(ran.out) ?? [];
  expect(entry).toContain(':execution:gantry-production-run_test:run-');
  expect((await taskOf('bin/slow'))?.lastStatus).not.toBe('STOPPED');
  await system.build('states', 'StopExecution', { executionArn: entry });
  const stopped = await system.waitUntil(
    () => taskOf('bin/slow'),
    (task) => task?.lastStatus === 'STOPPED',
  );
  expect(stopped?.stoppedReason).toBe('Gantry: the execution that started it died.');
  const watched = await gantry(['watch', entry]);
  expect([watched.exitCode, watched.out]).toEqual([
    125,
    expect.stringContaining('The execution was stopped. Gantry stops its task'),
  ]);
});

it('during a deployment, a command runs on the revision that was completed, says so, and does not hinder the deployment', async () => {
  const { taskDefinition } = await system.service();
  const execution = await system.begin({
    target: 'test/web',
    images: [{ name: 'app', imageUri: await system.push('next', { oneOff }) }],
  });
  await system.waitUntil(system.service, ({ deployments }) => deployments.length === 2);
  const ran = await runIn('test/web', 'bin/during');
  expect(ran.exitCode).toBe(0);
  expect(linesOfType(ran, 'warning').at(-1)?.message).toMatch(
    /A deployment of the service is in progress, .* runs on web:\d+\. Gantry takes no lease/,
  );
  expect((await taskOf('bin/during'))?.taskDefinitionArn).toBe(taskDefinition);
  expect((await system.end(execution)).status).toBe('SUCCEEDED');
});

it('who may not read the log sees its end, as the execution has read it, and why', async () => {
  const role = system.cloud.iam.roles.get('arn:aws:iam::222222222222:role/test-deployment-viewer')!;
  system.cloud.iam.roles.set(role.arn, { ...role, policies: {} });
  const ran = await runIn('test/web', 'bin/rake', 'db:seed');
  system.cloud.iam.roles.set(role.arn, role);
  expect(linesOfType(ran, 'log').map(({ message }) => message)).toEqual(lines.slice(-10));
  expect(linesOfType(ran, 'note').at(-1)?.message).toMatch(/The log of app cannot be followed: /);
});
