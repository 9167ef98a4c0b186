import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** CI runs 500 schedules separately (.ci/run); this test runs fewer because others run beside it. The seed is fixed, so that only a change of the code can make it fail. */
const runs = process.env.CHAOS_RUNS ?? '60';

it(`all invariants hold in ${runs} random schedules of faults`, () => {
  const run = join(import.meta.dirname, 'run.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, '--seed', '20261123', '--runs', runs], {
    encoding: 'utf8',
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  // An invariant that had nothing to check proves nothing.
  const [, checked = ''] = /^checked: (.+)$/m.exec(stdout) ?? [];
  expect(checked.split(', ').length).toBeGreaterThan(15);
  expect(checked.split(', ').filter((each) => / 0$/.test(each))).toEqual([]);
}, 600_000);
