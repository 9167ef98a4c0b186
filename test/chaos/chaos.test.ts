import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/**
 * `npm run check` plays 500 schedules of this seed immediately before the tests, and sets CHAOS_OUTPUT to the file with their output. Without that file, this
 * test plays the first 60 schedules. The seed is fixed, so that only a change of the code can make the test fail.
 */
const { CHAOS_OUTPUT: file, CHAOS_RUNS: runs = file === undefined ? '60' : '500' } = process.env;
const seed = '20261123';

/** The checks that the random schedules of this seed do not reach. test/chaos/found.test.ts plays a schedule that reaches them, and checks their counts. */
const rare = new Set(['changes after a failure event']);

function playSchedules(): string {
  const run = join(import.meta.dirname, 'run.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, '--seed', seed, '--runs', runs], {
    encoding: 'utf8',
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

it(`all invariants hold in ${runs} random schedules of faults`, () => {
  const printed = file === undefined ? playSchedules() : readFileSync(file, 'utf8');
  expect(printed).toContain(`${runs} schedules from seed ${seed}:`);
  expect(printed).toMatch(/, all invariants held$/m);
  // An invariant that had nothing to check proves nothing.
  const [, checked = ''] = /^checked: (.+)$/m.exec(printed) ?? [];
  expect(checked.split(', ').length).toBeGreaterThan(15);
  expect(checked.split(', ').filter((each) => / 0$/.test(each) && !rare.has(each.replace(/ 0$/, '')))).toEqual([]);
}, 600_000);
