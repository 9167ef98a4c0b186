import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const home = mkdtempSync(join(tmpdir(), 'gantry-home-'));
mkdirSync(join(home, '.aws'));
writeFileSync(
  join(home, '.aws', 'config'),
  '[profile dev]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = dev\n',
);
afterAll(() => rmSync(home, { recursive: true }));

/** Every program that calls AWS, with the command that starts it. */
const programs: Record<string, string[]> = {
  'gantry status': ['cli/gantry.ts', 'status'],
  'gantry history': ['cli/gantry.ts', 'history', 'test/web'],
  'gantry redeploy': ['cli/gantry.ts', 'redeploy', 'test/web'],
  'gantry doctor --live': ['cli/gantry.ts', 'doctor', '--live'],
  'npm run doctor': ['cli/doctor.ts', '--live'],
  'npm run probe': ['cli/probe.ts'],
};

const run = (args: string[], env: Record<string, string>): Promise<{ code: number; printed: string }> =>
  new Promise((resolve) => {
    const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
    const all = {
      PATH,
      NODE_COMPILE_CACHE,
      HOME: home,
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_COLOR: '1',
      ...env,
    };
    execFile(process.execPath, args, { cwd: root, env: all, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), printed: out + err }),
    );
  });

/**
 * A fault of the environment, the message that every program prints about it, and the programs that try it. Not every program tries every fault, because each
 * start takes a second.
 */
const mistakes: [what: string, env: Record<string, string>, sentence: string, tried: string[]][] = [
  [
    'an unknown profile',
    { AWS_PROFILE: 'nope' },
    'AWS_PROFILE is "nope", but there is no such profile;',
    Object.keys(programs),
  ],
  [
    'an SSO session that was never started',
    { AWS_PROFILE: 'dev' },
    'Run: aws sso login --profile dev',
    ['gantry history', 'npm run probe'],
  ],
  [
    'half of a key',
    { AWS_ACCESS_KEY_ID: 'AKIA' },
    'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.',
    ['gantry history', 'npm run probe'],
  ],
];

describe('the same mistake has the same exit code and the same sentence in every program:', () => {
  it.each(mistakes.flatMap(([what, env, sentence, tried]) => tried.map((name) => ({ what, env, sentence, name }))))(
    '$what in $name ends with 4',
    async ({ env, sentence, name }) => {
      const { code, printed } = await run(programs[name]!, env);
      expect(printed).toContain(sentence);
      expect(printed).not.toMatch(/^ +at /m);
      expect(code).toBe(4);
    },
  );
});
