import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseBenchOptions } from '../../bench/options.ts';
import { scenarios } from '../../bench/scenarios.ts';

const args = (line: string): string[] => line.split(' ').filter((word) => word !== '');

describe('the arguments of npm run bench', () => {
  it.each([
    ['', { command: 'bench', json: false, quick: false, part: false, strategies: false, chosen: scenarios }],
    ['--quick --json', { command: 'bench', json: true, quick: true, chosen: scenarios.filter(({ slow }) => !slow) }],
    [
      '--strategies',
      { part: false, strategies: true, chosen: scenarios.filter(({ strategy }) => strategy !== undefined) },
    ],
    ['--only superseded', { part: true, chosen: scenarios.filter(({ id }) => id === 'superseded') }],
    ['--watcher a=b --deployer c=d --deployer e=f', { watcher: ['a=b'], deployer: ['c=d', 'e=f'] }],
    ['scale', { command: 'scale', json: false, part: false, sizes: [100, 1000, 10000], accounts: 10 }],
    ['scale --deployments 7,70 --accounts=3', { command: 'scale', part: true, sizes: [7, 70], accounts: 3 }],
    ['cold --json', { command: 'cold', json: true }],
    ['readme', { command: 'readme' }],
    ['feedback', { command: 'feedback' }],
    ['start', { command: 'start' }],
    ['cold --help', { command: 'help' }],
  ])('"%s" are valid', (line, options) => {
    expect(parseBenchOptions(args(line))).toMatchObject(options);
  });

  it.each([
    ['coldd', '"coldd" is not a command: expected scale, cold, readme, feedback, start, board or nothing.'],
    ['toString', '"toString" is not a command'],
    ['scale 100', '"100" is one word too many after "scale": expected options only.'],
    ['--onyl healthy', '--onyl is not an option: expected one of --quick, --strategies, --json, --help, --only'],
    ['-q', '-q is not an option'],
    ['--deployments 5', '--deployments is not an option of "bench": expected one of --quick'],
    [
      'scale --quick',
      '--quick is not an option of "scale": expected one of --deployments, --accounts, --json, --help.',
    ],
    ['cold --deployments 5', '--deployments is not an option of "cold"'],
    ['readme --json', '--json is not an option of "readme"'],
    ['feedback --json', '--json is not an option of "feedback"'],
    ['--quick=yes', '--quick takes no value: found "yes".'],
    ['--only', '--only lacks its value: found nothing.'],
    ['--only --quick', '--only lacks its value: found "--quick".'],
    ['--only=', '--only lacks its value: found nothing.'],
    ['--only slow --only healthy', '--only takes one value, but is given "slow", "healthy".'],
    ['scale --accounts 1 --accounts=1', '--accounts takes one value, but is given "1", "1".'],
    ['--only zzz', '--only "zzz" chooses nothing: expected a word of healthy; slow but healthy'],
    ['--quick --only slow', '--only "slow" chooses nothing'],
    ['--deployer ./deploy.sh', '"./deploy.sh" must be NAME=CMD'],
    ['--watcher ./deploy.sh', '"./deploy.sh" must be NAME=CMD'],
    ['scale --accounts abc', '--accounts "abc" must be a number of accounts, such as 10.'],
    ['scale --accounts 0', '--accounts "0" must be'],
    ['scale --deployments many', '--deployments "many" must be numbers of deployments, such as 100,1000.'],
    ['scale --deployments 100,1.5', '--deployments "100,1.5" must be'],
    ['scale --deployments 100,', '--deployments "100," must be'],
    ['scale --deployments 0', '--deployments "0" must be'],
  ])('"%s" are refused', (line, says) => {
    expect(() => parseBenchOptions(args(line))).toThrow(says);
  });

  it('are refused with one sentence and the usage, before anything starts', () => {
    const run = join(import.meta.dirname, '..', '..', 'bench', 'run.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [run, 'coldd'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^"coldd" is not a command: .+\n\nnpm run bench -- \[--quick\]/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
