import { describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/cell.ts';
import { createCommandDeployer, withoutAwsVariables } from '../../bench/command-deployer.ts';
import { assessVerdict, type CellPlan, type CellRun, findRunError } from '../../bench/create-row.ts';
import type { Deployer } from '../../bench/deployer.ts';
import type { BenchEnvironment } from '../../bench/environment.ts';
import type { DeployerReport } from '../../bench/row.ts';

const report: DeployerReport = {
  verdict: 'failure',
  verdictAt: 9_000,
  endedAt: 12_000,
  exit: '1',
  reason: 'no such file',
};
const call = { at: 1, operation: 'ecs UpdateService' };

describe('a row says that the deployer could not be run', () => {
  const plan = (releases: boolean) => ({ deployer: { releases } as Deployer }) as CellPlan;
  const run = (changes: Partial<CellRun>) => ({ report, ...changes }) as CellRun;

  it.each([
    ['if it threw', plan(false), { error: 'no route' }, [call], 'could not be run: no route'],
    [
      'if it had to release and made no call to AWS',
      plan(true),
      {},
      [],
      'could not be run: it made no call to AWS: no such file',
    ],
    ['if it did so and reported nothing', plan(true), { report: undefined }, [], 'it made no call to AWS'],
    ['but not if it called AWS', plan(true), {}, [call], undefined],
    ['but not if it only watched', plan(false), {}, [], undefined],
  ])('%s', (_, cellPlan, changes, calls, nothing) => {
    const found = findRunError(cellPlan, run(changes), { calls });
    if (nothing === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(nothing);
  });
});

describe('a verdict', () => {
  const cell = { scenario: { truth: 'failure' } } as Cell;

  it.each([
    ['right if it is the truth', report, { right: true, late: 4, lateEnd: 7 }],
    ['wrong if it is not the truth', { ...report, verdict: 'success' as const }, { right: false }],
    ['missing if there was no report', undefined, { nothing: 'no verdict within 80 s' }],
  ])('is %s', (_, given, row) => {
    expect(assessVerdict({ report: given, cell }, 5_000, 80_000)).toMatchObject(row);
  });

  it.each([
    ['names the container that failed', 'Deployment … failed: app exited with code 1', true],
    ['names another container', 'Deployment … failed: agent exited with code 137', false],
  ])('on a hidden cause is right only if its reason names it: it %s', (_, fullReason, right) => {
    const hidden = { scenario: { truth: 'failure', reason: 'app exited' } } as Cell;
    expect(assessVerdict({ report: { ...report, fullReason }, cell: hidden }, 5_000, 80_000)).toMatchObject({ right });
  });

  it('is neither right nor wrong if the deployer gave up', () => {
    expect(assessVerdict({ report: { ...report, verdict: 'gave up' }, cell }, 5_000, 80_000)).not.toHaveProperty(
      'right',
    );
  });
});

describe('a command', () => {
  const environment = { running: { cloud: { url: 'http://127.0.0.1:1' } }, now: () => 1 } as BenchEnvironment;
  const cell = { name: 's', account: '2', image: 'i', keys: { accessKeyId: 'a', secretAccessKey: 'b' } } as Cell;
  const run = (line: string) =>
    createCommandDeployer({ id: 'x', title: 'x', version: '1', line, releases: true }).deploy(
      environment,
      cell,
      AbortSignal.timeout(9_000),
    );

  it('that is not found rejects with the message of its shell', async () => {
    await expect(run('no-such-command-here')).rejects.toThrow('not found');
  });

  it('that exits with another code than 0 reports a failure', async () => {
    expect(await run('echo broken; exit 2')).toMatchObject({ verdict: 'failure', exit: '2', reason: 'broken' });
  });

  it("gets none of the user's AWS_ variables", () => {
    const own = { PATH: '/bin', AWS_PROFILE: 'mine', AWS_SESSION_TOKEN: 'x', AWS_ENDPOINT_URL_ECS: 'http://x' };
    expect(withoutAwsVariables(own)).toEqual({ PATH: '/bin' });
  });
});
