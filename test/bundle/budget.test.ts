import { expect, it } from 'vitest';
import { overBudget } from '../budget.ts';
import type { Bundle } from '../build.ts';

const bundleOf = (name: string, kilobytes: number, sources: Record<string, number> = {}): Bundle => ({
  name,
  file: `${name}.mjs`,
  bytes: kilobytes * 1024,
  zipped: 1,
  sources: { 'core/request/job.ts': 10, 'node_modules/zod/schemas.js': 2000, ...sources },
});

it.each<[string, Bundle[], Record<string, number>, string[]]>([
  ['is exactly as large as it may be', [bundleOf('wake', 250)], { wake: 250 }, []],
  [
    'has grown',
    [bundleOf('wake', 262.5), bundleOf('take-job', 100)],
    { wake: 250, 'take-job': 100 },
    [
      'wake has 262.5 KB, 12.5 KB more than its budget of 250 KB. See what came in (its largest source is node_modules/zod/schemas.js), ' +
        'leave it out (slim.ts), or raise the number in bundle-budget.json and say in the commit why.',
    ],
  ],
  [
    'is new',
    [bundleOf('wake', 240.2)],
    {},
    ['wake has no budget. It has 240.2 KB: add "wake": 246 to bundle-budget.json.'],
  ],
  ['is gone', [], { wake: 250 }, ['wake has a budget but is no function: remove it from bundle-budget.json.']],
  ['has a long configuration', [bundleOf('wake', 300, { 'gantry.config.ts': 50 * 1024 })], { wake: 250 }, []],
])('the budget says so of a function that %s', (_what, bundles, budget, said) => {
  expect(overBudget(bundles, budget)).toEqual(said);
});
