import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildAccountId } from '../start.ts';
import { installReadable, startProbedCloud, takeInventory } from './probed-account.ts';

const program = join(import.meta.dirname, '..', '..', 'cli', 'probe.ts');
const folder = mkdtempSync(join(tmpdir(), 'probe-'));
const aws = await startProbedCloud();
await installReadable(aws);
const { accessKeyId, secretAccessKey } = aws.settings.credentials;

const environment = {
  PATH: process.env.PATH,
  HOME: folder,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL: aws.cloud.url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
};

/** Runs the program. `see` gets the text that the program has written to standard error so far, and the process, so that it can send a signal. */
function run(
  args: string[],
  env: Record<string, string> = {},
  see: (err: string, child: ChildProcess) => void = () => undefined,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: { ...environment, ...env } });
  const ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (data) => {
    ended.out += data;
  });
  child.stderr.on('data', (data) => {
    ended.err += data;
    see(ended.err, child);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

const mistakes: [what: string, args: string[], env: Record<string, string>, code: number, sentence: string][] = [
  ['two modes', ['--create', '--remove'], {}, 2, 'Found --create and --remove; give only one of them.'],
  ['an empty file name', ['--output='], {}, 2, '--output is empty; it must be the name of a file.'],
  [
    'a file in no folder',
    ['--output', '/none/x'],
    {},
    2,
    '--output is "/none/x"; its folder must exist and be writable.',
  ],
  ['no Region', [], { AWS_REGION: '' }, 4, 'There is no valid Region: set AWS_REGION.'],
  ['half of a key', [], { AWS_ACCESS_KEY_ID: '' }, 4, 'AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not.'],
  ['keys that AWS does not know', [], { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' }, 4, 'The credentials themselves are wrong'],
  ['an endpoint that does not answer', [], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 4, 'AWS was not available'],
];

describe('npm run probe', () => {
  it.each(mistakes)(
    'with %s says so, and exits with the code of such an error',
    async (_, args, env, code, sentence) => {
      const ended = await run(args, env);
      expect(ended).toMatchObject({ code, out: '' });
      expect(ended.err).toContain(sentence);
    },
  );

  it('prints a line for each assumption, and writes a result without ids and names', async () => {
    const { code, out } = await run(['--output', 'result.json']);
    expect(code).toBe(0);
    expect(out).toMatch(/^list-order +newest-first \(the default\) \[pairs \d+\]$/m);
    expect(out).toMatch(/^poll-arn +not probed: needs --create$/m);
    const text = readFileSync(join(folder, 'result.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ region: 'eu-west-1', create: false, state: 'finished' });
    expect(text).not.toMatch(new RegExp(`arn:|${buildAccountId}|shop|${accessKeyId}`));
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('removes what it created if it gets %s', async (signal) => {
    const before = await takeInventory(aws);
    const signalled = { count: 0 };
    const end = (err: string, child: ChildProcess) => {
      if (/^Probing poll-arn/m.test(err) && signalled.count++ === 0) child.kill(signal);
    };
    const { code, err } = await run(['--create', '--output', 'interrupted.json'], {}, end);
    expect({ code, after: await takeInventory(aws) }).toEqual({ code: 130, after: before });
    expect(err).toContain('Interrupted: removes what was created.');
    expect(JSON.parse(readFileSync(join(folder, 'interrupted.json'), 'utf8'))).toMatchObject({ state: 'interrupted' });
  });

  it('--policy prints a policy and calls AWS only to learn the account', async () => {
    const { code, out } = await run(['--policy', '--create']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ Version: '2012-10-17' });
    expect(out).toContain(`arn:aws:s3:::gantry-probe-${buildAccountId}-eu-west-1`);
  });
});
