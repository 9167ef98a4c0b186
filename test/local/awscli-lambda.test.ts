import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { buildAccountId } from '../start.ts';
import { as, clock, cloud, installTestFunction } from './functions.ts';
import { createShellEnvironment } from './shell.ts';

const run = promisify(execFile);
const awscli = await run('aws', ['--version']).then(
  () => true,
  () => false,
);
if (!awscli) console.warn('awscli is not installed: its test is skipped.');

const folder = await mkdtemp(join(tmpdir(), 'gantry-awscli-'));
afterAll(() => rm(folder, { recursive: true }));

const manual = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8');
const [command = ''] = /^ {4}aws lambda invoke .*$/m.exec(manual) ?? [];

it.skipIf(!awscli)('docs/operations.md replays a dead letter with a command that awscli 1 and 2 support', async () => {
  const FunctionName = installTestFunction('replayed');
  await writeFile(join(folder, 'body.json'), '{"do":"count"}');
  const env = createShellEnvironment(cloud, as(buildAccountId).credentials, folder);
  const args = command
    .trim()
    .replace(/--function-name \S+/, `--function-name ${FunctionName}`)
    .split(' ')
    .slice(1);
  expect(args).not.toContain('--cli-binary-format');
  const { stdout } = await clock.freezeDuring(run('aws', args, { env, cwd: folder }));
  expect(JSON.parse(stdout)).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
});
