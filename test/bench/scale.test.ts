import { describe, expect, it } from 'vitest';
import { createScaleConfig } from '../../bench/scale/config.ts';
import { findBusiestAccounts } from '../../bench/scale/count.ts';
import { runLoad } from '../../bench/scale/load.ts';
import { chooseAxisStep, renderSvg } from '../../bench/scale/svg.ts';
import { formatBucketTable, formatCallTable, formatScaleTable } from '../../bench/scale/table.ts';

/**
 * All services are in one account, so the last service waits two minutes until it can register its revision: ECS allows 20 registrations at once and afterwards
 * one a second.
 */
it('every verdict is right for 150 releases at once under ECS throttling, of which every tenth crashes', async () => {
  const loaded = await runLoad({ deployments: 150, accounts: 1, events: 'none' });
  expect(loaded, loaded.mistakes.join('\n')).toMatchObject({ right: 150, wrong: 0 });
  const registering = loaded.buckets.find(({ name }) => name === 'task definition, modify');
  expect(registering?.refused).toBeGreaterThan(0);
  expect(loaded.toVerdict.longest).toBeGreaterThan(120);
  // A poll comes every 12 s in the first four minutes (core/waiting/interval.ts).
  expect(loaded.late.longest).toBeLessThan(20);
}, 300_000);

it('every verdict is right if events are forwarded too', async () => {
  const loaded = await runLoad({ deployments: 20, accounts: 2, events: 'forwarded' });
  expect(loaded, loaded.mistakes.join('\n')).toMatchObject({ right: 20, wrong: 0 });
}, 120_000);

describe('the services of a load', () => {
  it.each([
    { deployments: 7, accounts: 10, targets: 7 },
    { deployments: 100, accounts: 10, targets: 10 },
    { deployments: 1000, accounts: 10, targets: 50 },
  ])(
    'for $deployments deployments in $accounts accounts are in $targets targets of at most 20 services',
    ({ deployments, accounts, targets }) => {
      const config = createScaleConfig({ deployments, accounts, events: 'none' });
      const names = config.targets.flatMap(({ services }) => services.map(({ name }) => name));
      expect(config.targets).toHaveLength(targets);
      expect(Math.max(...config.targets.map(({ services }) => services.length))).toBeLessThanOrEqual(20);
      expect(new Set(names).size).toBe(deployments);
      expect(new Set(config.targets.map(({ account }) => account)).size).toBe(Math.min(accounts, deployments));
    },
  );
});

const spread = { median: 1, p95: 2, longest: 3 };
const measured = {
  deployments: 1000,
  accounts: 10,
  events: 'none' as const,
  right: 999,
  wrong: 1,
  mistakes: [],
  queued: spread,
  late: spread,
  toFact: spread,
  toVerdict: spread,
  calls: { 'ecs DescribeServices': 6, 'ecs UpdateService': 1 },
  invocations: 10,
  transitions: 22,
  buckets: [{ name: 'service, read', burst: 100, sustained: 20, allowed: 5, refused: 2, peak: 7 }],
  megabytes: 1234,
  wallSeconds: 5,
};
const cells = (table: string, row: number) =>
  table
    .split('\n')
    [row]?.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

it("a bucket's use is that of the account with the most requests", () => {
  const uses = new Map([
    ['1 service, read', { allowed: 90, refused: 0, peak: 40 }],
    ['2 service, read', { allowed: 60, refused: 50, peak: 30 }],
    ['2 service, modify', { allowed: 500, refused: 0, peak: 7 }],
  ]);
  expect(findBusiestAccounts(uses).map(({ name, allowed, refused, peak }) => [name, allowed, refused, peak])).toEqual([
    ['service, modify', 500, 0, 7],
    ['service, read', 60, 50, 30],
  ]);
});

describe('the report of a load', () => {
  it('has a row of numbers, the buckets with their limits, and the calls by operation', () => {
    expect(cells(formatScaleTable([measured]), 2)).toEqual([
      '1,000',
      'polling',
      '999',
      '1',
      '1',
      '3',
      '1.0',
      '2.0',
      '3.0',
      '1',
      '3',
      '7.0',
      '10.0',
      '22.0',
      '1,234',
      '5',
    ]);
    expect(cells(formatBucketTable([measured]), 2)).toEqual(['service, read', '100', '20/s', '5 + 2, 7/s']);
    expect(cells(formatCallTable([measured]), 2)).toEqual(['ecs DescribeServices', '6.00']);
  });

  it('has a plot that starts at 0 and whose points match the scales', () => {
    const points = [
      { x: 100, y: 0 },
      { x: 10_000, y: 40 },
    ];
    const image = renderSvg('What it takes', [
      { title: 'Calls & more', lines: [{ name: 'woken', color: '#000', points }] },
    ]);
    expect(image).toContain('points="72.0,232.0 286.0,64.0"');
    expect(image).toContain('<title>What it takes</title>');
    expect(image).toContain('Calls &amp; more');
    expect([...image.matchAll(/text-anchor="end">([^<]+)</g)].map(([, tick]) => tick)).toEqual([
      '0',
      '10',
      '20',
      '30',
      '40',
    ]);
  });

  it.each([
    [40, 10],
    [41, 20],
    [9, 5],
    [1234, 500],
    [0, 1],
  ])('has an axis up to %d with steps of %d', (most, step) => {
    expect(chooseAxisStep(most)).toBe(step);
  });
});
