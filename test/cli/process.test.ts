import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startReleaseSystem } from '../machine/release-system.ts';

const root = join(import.meta.dirname, '..', '..');

let system: Awaited<ReturnType<typeof startReleaseSystem>>;

beforeAll(async () => {
  system = await startReleaseSystem();
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line as a process. `onOutput` gets the whole output so far whenever the process has written more. */
function run(
  file: string,
  argv: string[],
  { env = {}, onOutput = (_: string, __: ChildProcess) => {} } = {},
): Promise<Ended> {
  const keys = system.administrators.get('111111111111')!;
  const child = spawn(process.execPath, [file, ...argv], {
    env: {
      PATH: process.env.PATH,
      HOME: tmpdir(),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      AWS_ENDPOINT_URL: system.cloud.url,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...env,
    },
  });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (data) => {
    ended.out += data;
    onOutput(ended.out, child);
  });
  child.stderr.on('data', (data) => {
    ended.err += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

const gantry = join(root, 'cli', 'gantry.ts');

/** The line contains only the name of the execution, not its ARN. */
function executionIn(output: string): string | undefined {
  const name = /Started (\S+)\s/.exec(output)?.[1];
  return name && `arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:${name}`;
}

describe('the process', () => {
  it('deploys with only an endpoint and credentials in its environment, prints plain lines and exits with 0', async () => {
    let deployment: Promise<unknown> | undefined;
    const { code, out, err } = await run(gantry, ['redeploy', 'test/web'], {
      // The simulated clock jumps to the deployment's end. Meanwhile the process polls every two seconds of real time.
      onOutput(output) {
        deployment ??= executionIn(output) === undefined ? undefined : system.end(executionIn(output)!);
      },
    });
    await deployment;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Watch Rollout');
    expect(out).not.toContain('\u001b[');
  });

  it('stops watching on Ctrl-C and exits with 130, and the deployment continues', async () => {
    let pressed = false;
    const { code, out } = await run(gantry, ['redeploy', 'test/web', '--json'], {
      onOutput(output, child) {
        if (!pressed && output.includes('"started"')) pressed = child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    const last = JSON.parse(out.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ type: 'stopped', exitCode: 130 });
    expect((await system.end(last.execution)).status).toBe('SUCCEEDED');
    const watched = await run(gantry, ['watch', last.execution]);
    expect(watched.code).toBe(0);
  });

  it('exits with 4 if the endpoint does not answer, and if there are no credentials', async () => {
    const unreachable = await run(gantry, ['status', 'test/web'], { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
    const keyless = await run(gantry, ['redeploy', 'test/web'], {
      env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    expect([unreachable.code, keyless.code]).toEqual([4, 4]);
    expect(unreachable.out).toContain('AWS was not available');
    expect(keyless.err).toContain('No AWS credentials');
    expect(keyless.err).toContain('Log in to the build account, 111111111111');
  });

  it.each(['status', 'history', 'redeploy', 'watch'])('%s names the endpoint that does not answer', async (verb) => {
    const { code, out, err } = await run(gantry, [verb, 'test/web'], {
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    });
    expect(code).toBe(4);
    expect(out + err).toContain(
      'The endpoint http://127.0.0.1:9 does not answer (ECONNREFUSED): is `npm run local` running?',
    );
  });
});

describe('with the credentials of another account', () => {
  it.each([
    [['history', 'test/web'], 4],
    [['status', 'test/web'], 4],
    [['rollback', 'test/web', '--dry-run'], 4],
    [['redeploy', 'test/web'], 4],
  ])('%j names their identity and the account to log in to', async (argv, expected) => {
    const keys = system.administrators.get('222222222222')!;
    const { code, out, err } = await run(gantry, argv, {
      env: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
    });
    expect(out + err).toContain(
      'your credentials, arn:aws:iam::222222222222:user/admin, belong to account 222222222222',
    );
    expect(out + err).toMatch(/log in to the build account/i);
    expect(out + err).not.toContain("Gantry's own role");
    expect(code).toBe(expected);
  });
});
