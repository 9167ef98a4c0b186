import { describe, expect, it } from 'vitest';
import {
  callRatePerMinute,
  countOperations,
  isCallForCell,
  mentionsCell,
  parseGigabyteSeconds,
} from '../../bench/call-counter.ts';
import { formatColdTable } from '../../bench/cold-table.ts';
import config from '../../bench/config.ts';
import { estimateDollars } from '../../bench/cost.ts';
import { parseCommandLine } from '../../bench/deployers.ts';
import { classifyEnding, countTransitions, findVerdict } from '../../bench/execution.ts';
import { median, quantile } from '../../bench/median.ts';
import type { Row } from '../../bench/row.ts';
import { scenarios } from '../../bench/scenarios.ts';
import { strategyScenarios } from '../../bench/strategy-scenarios.ts';
import { formatCostTable, formatMarkdownTable, formatScoreTable, formatVerdictTable } from '../../bench/table.ts';

const row: Row = { scenario: 'healthy', deployer: 'Gantry', calls: 0, operations: {}, endedOn: '' };
const measured = { ...row, callsPerMinute: 6, calls: 10 };

describe('counting', () => {
  it("finds only one cell's name in the name of each cell", () => {
    const named = config.targets.flatMap(({ services }) => services.map(({ name }) => name));
    const matched = ['woken', 'polling'].flatMap((target) => strategyScenarios.map(({ id }) => `${id}-${target}`));
    const cells = [...named, ...matched];
    for (const cell of cells) expect(cells.filter((other) => mentionsCell(`x/${other}:2`, cell))).toEqual([cell]);
    const of = (target: string) => scenarios.map(({ id }) => `${id}-${target}`);
    expect(cells.toSorted()).toEqual([...of('woken'), 'healthy-pipeline', ...of('polling')].toSorted());
  });

  it('assigns a call to a cell by its caller or its input', () => {
    const as = { caller: { account: '2', arn: 'arn:aws:sts::2:assumed-role/r/healthy-gantry' }, region: 'eu-west-1' };
    expect(isCallForCell('healthy-gantry', { as, input: undefined })).toBe(true);
    const other = { ...as, caller: { account: '2', arn: 'arn:aws:sts::2:assumed-role/r/f' } };
    expect(isCallForCell('healthy-gantry', { as: other, input: { key: 'web:healthy-gantry' } })).toBe(true);
    expect(isCallForCell('healthy-gantry', { as: other, input: { key: 'unhealthy-gantry' } })).toBe(false);
  });

  it('counts operations, and the calls a minute of a time span', () => {
    const calls = [
      { at: 1_000, operation: 'ecs DescribeServices' },
      { at: 31_000, operation: 'ecs DescribeServices' },
      { at: 61_000, operation: 'ecs DescribeTasks' },
      { at: 61_001, operation: 'ecs DescribeTasks' },
    ];
    expect(countOperations({ calls })).toEqual({ 'ecs DescribeServices': 2, 'ecs DescribeTasks': 2 });
    expect(callRatePerMinute({ calls }, 1_000, 61_000)).toBe(2);
    expect(callRatePerMinute({ calls }, 1_000, 11_000)).toBe(0);
  });

  it("reads the billed GB-seconds in an invocation's log", () => {
    const report =
      'REPORT RequestId: 1\tDuration: 99.10 ms\tBilled Duration: 100 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t';
    expect(parseGigabyteSeconds(`START\nEND\n${report}\n`)).toBeCloseTo(0.05, 9);
    expect(parseGigabyteSeconds('')).toBe(0);
  });

  it('counts every entered state and every retry as a transition', () => {
    const types = [
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'ChoiceStateEntered',
    ];
    expect(countTransitions(types.map((type) => ({ type })))).toBe(3);
  });

  it("adds up a deployment's dollars, and returns undefined if nothing was counted", () => {
    const counted = { calls: 0, operations: {}, transitions: 40, invocations: 10, gigabyteSeconds: 1 };
    expect(estimateDollars(counted)).toBeCloseTo(0.001 + 0.000002 + 0.0000133334, 12);
    expect(estimateDollars({ calls: 3, operations: {} })).toBeUndefined();
  });
});

describe("Gantry's verdict in an execution's history", () => {
  const exit = (ms: number, verdict: object, name = 'Watch Rollout') => ({
    type: 'TaskStateExited',
    timestamp: new Date(ms),
    stateExitedEventDetails: { name, output: JSON.stringify({ verdict }) },
  });

  it('is the last one of Watch Rollout, with its time', () => {
    const events = [
      exit(1, { outcome: 'going on' }),
      exit(2, { outcome: 'failed', reason: 'broken' }),
      exit(3, {}, 'Roll Back'),
    ];
    expect(findVerdict(events)).toEqual({ verdict: 'failure', firstCheckAt: 1, verdictAt: 2, reason: 'broken' });
  });

  it('is "gave up" if the deadline of the release had passed', () => {
    const reason = 'Deployment ecs-svc/1 of web:2 was not stable at its deadline, 2026-11-23 10:00:00 UTC: 1 of 2 run.';
    expect(findVerdict([exit(1, { outcome: 'failed', reason })])?.verdict).toBe('gave up');
  });

  it.each([
    ['an execution that succeeded', true, undefined, 'success'],
    ["one that failed with Gantry's own code", false, 'ConfigurationError', 'failure'],
    ['one that another release superseded', false, 'RevisionOutOfSync', 'superseded'],
    ['one for which AWS was not available', false, 'SystemUnavailable', 'gave up'],
    ['one that died', false, 'States.Runtime', 'gave up'],
    ['one that was stopped', false, undefined, 'gave up'],
  ])('if there is none, is derived from the error of %s', (_, success, error, verdict) => {
    expect(classifyEnding(success, error)).toBe(verdict);
  });

  it('is undefined while the rollout is in progress', () => {
    expect(findVerdict([exit(1, { outcome: 'going on' })])).toBeUndefined();
    expect(findVerdict([])).toBeUndefined();
  });
});

describe('the tables', () => {
  it('are padded, and escape a bar in a text', () => {
    expect(formatMarkdownTable(['a'], [['b|c']])).toBe('| a    |\n|------|\n| b\\|c |');
  });

  it('say why a value is missing', () => {
    const text = formatVerdictTable([
      { ...row, nothing: 'not installed' },
      { ...measured, exit: 'FAILED', verdict: 'failure', right: true },
      { ...measured, verdict: 'success', right: false, late: 0 },
      { ...measured, verdict: 'gave up' },
    ]);
    const [, , none, early, wrong, gaveUp] = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(none?.slice(3, 9)).toEqual(['', 'not installed', '', '', '', '']);
    expect(early?.slice(3, 9)).toEqual(['FAILED', 'failure, right', 'before any', '', '10', '6']);
    expect(wrong?.slice(4, 6)).toEqual(['success, WRONG', '0']);
    expect(gaveUp?.[4]).toBe('gave up');
  });

  it('score right verdicts, and show the times to the verdict and to the report, which follows the rollback', () => {
    const text = formatScoreTable([
      { ...measured, right: true, late: 5.5, lateEnd: 20 },
      { ...measured, right: false, late: 9, lateEnd: 30 },
      { ...measured, nothing: 'no verdict within 80 s' },
      { ...row, nothing: 'not run' },
      { ...measured, deployer: 'Gantry, by the pipeline', unscored: true, right: true, late: 1, lateEnd: 1 },
    ]);
    expect(text.split('\n')).toHaveLength(3);
    const [, , line] = text.split('\n').map((each) => each.split('|').map((cell) => cell.trim()));
    expect(line).toEqual(['', 'Gantry', '3', '1', '1', '1', '5.5', '20', '6', '']);
  });

  it('show the cost only of rows whose transitions were counted', () => {
    expect(formatCostTable([measured]).split('\n')).toHaveLength(2);
    expect(formatCostTable([{ ...measured, transitions: 40, invocations: 10, gigabyteSeconds: 1 }])).toContain(
      '0.001015',
    );
  });

  it('show the median and quantiles', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([])).toBe(0);
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
    expect([quantile(hundred, 0.95), quantile(hundred, 1)]).toEqual([96, 100]);
  });

  it('compare a bundle with an empty handler, a handler with a client, and a plain bundle', () => {
    const sizes = { bytes: 2048, zipped: 1024 };
    const functions = [{ name: 'take-job', ...sizes, init: 30, first: 5, plain: { bytes: 4096, init: 45 } }];
    const empty = { name: 'a logger', ...sizes, init: 20, first: 8 };
    const table = formatColdTable({ empty, calling: { ...empty, name: 'a client', init: 28 }, functions });
    expect(table.replaceAll(/ +/g, ' ').split('\n').slice(2)).toEqual([
      '| a logger | 2 | 1 | 20.0 | 1.00× | 8.0 | 1.00× | | |',
      '| a client | 2 | 1 | 28.0 | 1.40× | 8.0 | 1.29× | | |',
      '| take-job | 2 | 1 | 30.0 | 1.50× | 5.0 | 1.25× | 4 | 45.0 |',
      '| median | 2 | 1 | 30.0 | 1.50× | 5.0 | 1.25× | 4 | 45.0 |',
    ]);
  });
});

describe('a NAME=CMD option', () => {
  it('may contain further equals signs in CMD', () => {
    expect(parseCommandLine('mine=A=1 ./deploy', 0, true)).toMatchObject({
      id: 'deployer0',
      title: 'mine',
      line: 'A=1 ./deploy',
      releases: true,
    });
    expect(() => parseCommandLine('./deploy', 0, true)).toThrow('must be NAME=CMD');
  });
});
