import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** CI plays 500 by themselves (.ci/run); the suite, where other tests run beside it, fewer. The seed is fixed, so that a change is what makes it fail. */
const runs = process.env.CHAOS_RUNS ?? '60';

it(`all invariants hold in ${runs} random schedules of faults`, () => {
  const run = join(import.meta.dirname, 'run.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, '--seed', '20261123', '--runs', runs], {
    encoding: 'utf8',
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
}, 600_000);
