import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { introduceReporters } from '../../demo/introduction.ts';
import { formatReport } from '../../demo/progress-line.ts';
import { runDemo } from '../../demo/run-demo.ts';
import { formatDemoCommand } from '../../demo/summary.ts';
import config from '../../infra/config.ts';

const execution = z.object({
  arn: z.string().includes(':execution:'),
  status: z.string(),
  states: z.array(z.string()),
});
const service = z.object({
  account: z.string().regex(/^\d{12}$/),
  cluster: z.string(),
  name: z.string(),
  before: z.string(),
  after: z.string(),
  images: z.array(z.object({ name: z.string(), image: z.string() })),
  rollout: z.string(),
});
const action = z.object({ stage: z.string(), action: z.string(), status: z.string(), summary: z.string() });
const unchanged = z.object({ name: z.string(), before: z.string(), revision: z.string() });
const release = z.object({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  pipeline: z.object({ executionId: z.string(), status: z.string(), actions: z.array(action) }),
  execution,
  service,
  promotions: z.array(z.object({ execution, service })),
  unchanged: z.array(unchanged),
});
const document = z.strictObject({
  ok: z.literal(true),
  problems: z.tuple([]),
  releases: z.tuple([release, release]),
  calls: z.array(
    z.strictObject({ account: z.string(), principal: z.string(), action: z.string(), resource: z.string() }),
  ),
  elapsedMs: z.int().positive(),
});

const root = join(import.meta.dirname, '..', '..');

describe('the demo', () => {
  it('prints one JSON document with both releases and nothing else, and exits with 0', async () => {
    const ran = promisify(execFile)(process.execPath, ['demo/run.ts', '--json'], { cwd: root, maxBuffer: 2 ** 26 });
    const { stdout, stderr } = await ran;
    expect(stderr).toBe('');
    const printed = document.parse(JSON.parse(stdout));
    expect(printed.releases).toMatchObject([
      { pipeline: { status: 'Succeeded' }, execution: { status: 'SUCCEEDED' }, service: { rollout: 'COMPLETED' } },
      { pipeline: { status: 'Failed' }, execution: { status: 'FAILED' } },
    ]);
    expect(printed.calls.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['ecs:RunTask', 'ecs:UpdateService']),
    );
    const [good, bad] = printed.releases.map(({ pipeline }) =>
      pipeline.actions.map(({ summary }) => summary).join('\n'),
    );
    expect(good).toMatch(/The pre-deploy task migrate \(\d+ s\) succeeded\./);
    expect(bad).toMatch(
      /The pre-deploy task migrate of web:\d+ has run, and a rollback does not undo what it changed\./,
    );
  });

  it.each([
    ['SIGINT', 'after the introduction', 'in the build account', 130],
    ['SIGTERM', 'after it copied the example', 'The first commit', 143],
    ['SIGHUP', 'during a build', 'Build started', 129],
    ['a closed output', 'after the introduction', 'in the build account', 141],
  ] as const)('leaves no files and prints no stack trace if it gets %s %s', async (what, _, output, exitCode) => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-interrupted-'));
    const child = spawn(process.execPath, ['demo/run.ts'], { cwd: root, env: { ...process.env, TMPDIR: folder } });
    let errors = '';
    child.stderr.on('data', (data) => (errors += String(data)));
    const end = () => (what === 'a closed output' ? child.stdout.destroy() : child.kill(what));
    child.stdout.on('data', (data) => String(data).includes(output) && end());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, errors, files: readdirSync(folder) }).toEqual({ code: exitCode, errors: '', files: [] });
    rmSync(folder, { recursive: true });
  });

  it('ends with 0 after a rejected approval, says what did not happen, and shows the shift of traffic of a canary deployment', async () => {
    const said: string[] = [];
    const answer = {
      json: false,
      strategy: 'canary' as const,
      terminal: undefined,
      say: (text: string) => void said.push(text),
      approve: async () => false,
    };
    expect(await runDemo(config, answer)).toBe(0);
    const text = said.map(stripVTControlCharacters).join('\n');
    expect(text).toContain('You rejected the approval in Deploy-prod, and the demo ends here.');
    expect(text).toContain('prod/web still runs web:1');
    expect(text).toContain('The second commit, whose container crashes, was not released.');
    expect(text).toContain('To see that too: npm run demo -- --yes --strategy canary\n');
    expect(text).toContain('The end state is as expected.');
    expect(text).not.toContain('web:3');
    const shifts = [...text.matchAll(/test\/web [█░]{20} (\d+) % of the traffic to the new revision, (\w+)/g)];
    expect(shifts.map(([, percent, stage]) => `${percent} ${stage}`)).toEqual([
      '0 SCALE_UP',
      '10 PRODUCTION_TRAFFIC_SHIFT',
      '100 PRODUCTION_TRAFFIC_SHIFT',
      '100 BAKE_TIME',
      '100 CLEAN_UP',
    ]);
  });
});

describe('the advice after a rejected approval', () => {
  it.each([
    [{}, 'npm run demo -- --yes'],
    [{ board: true }, 'npm run demo -- --yes --board'],
    [{ board: false, strategy: 'linear' as const }, 'npm run demo -- --yes --strategy linear'],
    [{ board: true, strategy: 'blue-green' as const }, 'npm run demo -- --yes --board --strategy blue-green'],
  ])('keeps the options %j', (options, command) => {
    expect(formatDemoCommand(options)).toBe(command);
  });
});

describe('the introduction of the demo', () => {
  it('names the accounts and the machines in three lines that fit into a terminal', () => {
    const lines = introduceReporters(config).map((line) => stripVTControlCharacters(formatReport(line, 80)));
    expect(lines).toEqual([
      'pipeline      web-shop-production, in the build account 111111111111',
      'gantry        machines gantry-production-deploy and gantry-production-rollback',
      'an account    ECS in 222222222222 (test/web) and 333333333333 (prod/web)',
    ]);
  });
});
