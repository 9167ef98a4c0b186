import { describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/cell.ts';
import { createCommandDeployer, withoutAwsVariables } from '../../bench/command-deployer.ts';
import { assessVerdict, type CellPlan, type CellRun, findRunError } from '../../bench/create-row.ts';
import type { Deployer } from '../../bench/deployer.ts';
import type { BenchEnvironment } from '../../bench/environment.ts';
import type { DeployerReport } from '../../bench/row.ts';

const said: DeployerReport = { says: 'failure', verdictAt: 9_000, endedAt: 12_000, exit: '1', reason: 'no such file' };
const call = { at: 1, operation: 'ecs UpdateService' };

describe('who could not be run', () => {
  const pair = (releases: boolean) => ({ deployer: { releases } as Deployer }) as CellPlan;
  const played = (given: Partial<CellRun>) => ({ said, ...given }) as CellRun;

  it.each([
    ['threw', pair(false), { broken: 'no route' }, [call], 'could not be run: no route'],
    [
      'had to release and asked AWS for nothing',
      pair(true),
      {},
      [],
      'could not be run: it made no call of AWS: no such file',
    ],
    ['had to release, asked for nothing and was silent', pair(true), { said: undefined }, [], 'it made no call of AWS'],
    ['asked AWS', pair(true), {}, [call], undefined],
    ['only watched', pair(false), {}, [], undefined],
  ])('is told by its row: it %s', (_, asked, given, calls, nothing) => {
    const found = findRunError(asked, played(given), { calls });
    if (nothing === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(nothing);
  });
});

describe('a verdict', () => {
  const cell = { scenario: { truth: 'failure' } } as Cell;

  it.each([
    ['right', said, { right: true, late: 4, lateEnd: 7 }],
    ['wrong', { ...said, says: 'success' as const }, { right: false }],
    ['silence', undefined, { nothing: 'no verdict within 80 s' }],
  ])('is %s by what is true', (_, given, row) => {
    expect(assessVerdict({ said: given, cell }, 5_000, 80_000)).toMatchObject(row);
  });

  it.each([
    ['names the culprit behind what the table shows', 'Deployment … failed: app exited with code 1', true],
    ['names another container', 'Deployment … failed: agent exited with code 137', false],
  ])('on a hidden culprit is right only if its reason names it: it %s', (_, fullReason, right) => {
    const hidden = { scenario: { truth: 'failure', reason: 'app exited' } } as Cell;
    expect(assessVerdict({ said: { ...said, fullReason }, cell: hidden }, 5_000, 80_000)).toMatchObject({ right });
  });

  it('is neither right nor wrong of who gave up', () => {
    expect(assessVerdict({ said: { ...said, says: 'gave up' }, cell }, 5_000, 80_000)).not.toHaveProperty('right');
  });
});

describe('a command', () => {
  const world = { running: { cloud: { url: 'http://127.0.0.1:1' } }, now: () => 1 } as BenchEnvironment;
  const cell = { name: 's', account: '2', image: 'i', keys: { accessKeyId: 'a', secretAccessKey: 'b' } } as Cell;
  const run = (line: string) =>
    createCommandDeployer({ id: 'x', title: 'x', version: '1', line, releases: true }).deploy(
      world,
      cell,
      AbortSignal.timeout(9_000),
    );

  it('that is not found could not be run, in the words of its shell', async () => {
    await expect(run('no-such-command-here')).rejects.toThrow('not found');
  });

  it('that ends with another code says failure', async () => {
    expect(await run('echo broken; exit 2')).toMatchObject({ says: 'failure', exit: '2', reason: 'broken' });
  });

  it('gets no variable of AWS but those of the benchmark', () => {
    const own = { PATH: '/bin', AWS_PROFILE: 'mine', AWS_SESSION_TOKEN: 'x', AWS_ENDPOINT_URL_ECS: 'http://x' };
    expect(withoutAwsVariables(own)).toEqual({ PATH: '/bin' });
  });
});
