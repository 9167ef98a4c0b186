import { expect, it } from 'vitest';
import { checkBudgets, formatSizes } from '../../bundle/budget.ts';
import type { Bundle } from '../../bundle/functions.ts';

const bundleOf = (name: string, kilobytes: number, sources: Record<string, number> = {}): Bundle => ({
  name,
  file: `${name}.mjs`,
  bytes: kilobytes * 1024,
  zipped: 1,
  sources: { 'core/request/job.ts': 10, 'node_modules/zod/schemas.js': 2000, ...sources },
});

it.each<[string, Bundle[], Record<string, number>, string[]]>([
  ['is exactly as large as its budget', [bundleOf('wake', 250)], { wake: 250 }, []],
  [
    'has grown',
    [bundleOf('wake', 262.5), bundleOf('take-job', 100)],
    { wake: 250, 'take-job': 100 },
    [
      'wake has 262.5 KB, 12.5 KB more than its budget of 250 KB. See what was added (its largest source is node_modules/zod/schemas.js), ' +
        'import less, or raise the number in bundle/budget.json and say why in the commit.',
    ],
  ],
  [
    'is new',
    [bundleOf('wake', 240.2)],
    {},
    ['wake has no budget. It has 240.2 KB: add "wake": 246 to bundle/budget.json.'],
  ],
  [
    'is gone',
    [],
    { wake: 250 },
    ['wake has a budget but there is no such function: remove it from bundle/budget.json.'],
  ],
  ['reads a configuration', [bundleOf('wake', 251, { 'bundle/deployed-config.ts': 1024 })], { wake: 250 }, []],
])('the budget check of a function that %s reports what to do', (_case, bundles, budgets, messages) => {
  expect(checkBudgets(bundles, budgets)).toEqual(messages);
});

it('the table of sizes has one line per function', () => {
  expect(formatSizes([bundleOf('wake', 250), bundleOf('take-job', 100.25)])).toBe(
    'wake        250.0 KB      0.0 KB gzip\ntake-job    100.3 KB      0.0 KB gzip',
  );
});
