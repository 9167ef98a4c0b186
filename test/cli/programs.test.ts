import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Runs one of the programs of package.json. */
const run = (file: string, args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd: root, timeout: 30_000 }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

const programs: [file: string, usage: string][] = [
  ['demo/run.ts', 'npm run demo'],
  ['demo/play.ts', 'npm run play'],
  ['local/run.ts', 'npm run local'],
  ['test/chaos/run.ts', 'npm run chaos'],
  ['bundle/build.ts', 'npm run build'],
  ['.ci/check-packages.ts', 'npm run supply'],
  ['cli/doctor.ts', 'npm run doctor'],
  ['cli/probe.ts', 'npm run probe'],
];

describe('the program', () => {
  it.each(programs)('%s only prints its usage for --help, even beside a wrong option', async (file, usage) => {
    for (const args of [['--help'], ['-h'], ['--nope', '--help']]) {
      const { code, out, err } = await run(file, args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out.startsWith(usage), out).toBe(true);
    }
  });

  it.each(programs)('%s refuses an unknown option and prints its usage', async (file, usage) => {
    const { code, out, err } = await run(file, ['--nope']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.split('\n')[0]).toBe("Unknown option '--nope'.");
    expect(err).toContain(usage);
  });

  const noJson = join(tmpdir(), 'gantry-deploy.no-json.json');
  writeFileSync(noJson, '{');

  it.each<[file: string, args: string[], sentence: string]>([
    [
      'local/run.ts',
      ['--speed', '-3'],
      '--speed has no value. A value that begins with a hyphen must be given as --speed=VALUE.',
    ],
    ['local/run.ts', ['--speed=-3'], '--speed is "-3"; it must be a number from 0.001 up.'],
    ['local/run.ts', ['--speed', 'fast'], '--speed is "fast"; it must be a number from 0.001 up.'],
    ['local/run.ts', ['--port', '99999999'], '--port is "99999999"; it must be a whole number from 0 to 65535.'],
    ['local/run.ts', ['--port'], "Option '--port <value>' argument missing."],
    ['local/run.ts', ['--source', 'nowhere'], '--source is "nowhere"; it must be a folder that exists.'],
    ['local/run.ts', ['--source', 'package.json'], '--source is "package.json"; it must be a folder that exists.'],
    ['local/run.ts', ['--port', '0', '--port', '1'], '--port takes one value, but is given "0", "1".'],
    ['cli/doctor.ts', ['--stage=a', '--live', '--stage=b'], '--stage takes one value, but is given "a", "b".'],
    ['local/run.ts', ['now'], 'Found also "now"; it takes only options.'],
    ['demo/run.ts', ['--json=yes'], "Option '--json' does not take an argument."],
    ['demo/play.ts', [], 'Give the file of an event; there are:\n  events/deploy.artifact.json'],
    ['demo/play.ts', ['events/depoly.x.json'], 'The file events/depoly.x.json cannot be read; there are:'],
    [
      'demo/play.ts',
      ['package.json'],
      'named after "package", which is neither a function nor a state machine. There are: ',
    ],
    ['demo/play.ts', [noJson], 'is not JSON'],
    [
      'demo/play.ts',
      ['events/a.json', 'events/b.json'],
      'Found also "events/b.json"; it takes at most 1 argument besides options.',
    ],
    ['cli/doctor.ts', ['--stage', 'UPPER'], 'The stage "UPPER" must be'],
    ['cli/doctor.ts', ['--config', 'nowhere.ts'], '--config is "nowhere.ts"; there is no such file.'],
  ])('%s %j only says what was found and what was expected, and exits with 2', async (file, args, sentence) => {
    const { code, out, err } = await run(file, args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err).toContain('npm run ');
  });
});

describe('npm run local', () => {
  it('says how to use another port if the port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, err } = await run('local/run.ts', ['--port', String(port)]);
    server.close();
    expect(code).toBe(2);
    expect(err).toContain(`Port ${port} is in use: give --port 0 for a free one.`);
  });
});

describe('gantry template target', () => {
  it('prints a CloudFormation template, and on standard error the command that deploys it', async () => {
    const { code, out, err } = await run('cli/gantry.ts', ['template', 'target', 'test']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ AWSTemplateFormatVersion: '2010-09-09' });
    expect(err).toContain('--stack-name gantry-production-test --template-file target-test.json');
  });
});
