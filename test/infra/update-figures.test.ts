import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import budgets from '../../bundle/budget.json' with { type: 'json' };

const page = readFileSync('docs/deploy.md', 'utf8').replaceAll(/\s+/g, ' ');
const readFigure = (pattern: RegExp): number => Number(pattern.exec(page)?.[1]?.replaceAll(',', ''));

const timeouts = ['deploy', 'rollback'].map(
  (name): number => JSON.parse(readFileSync(`state-machines/${name}.asl.json`, 'utf8')).TimeoutSeconds,
);

it('docs/deploy.md gives the longest duration of an execution, and the time until its functions can be deleted', () => {
  const hours = Math.max(...timeouts) / 3600;
  expect(readFigure(/ends at most (\d+) hours after its start/)).toBe(hours);
  const redriveDays = readFigure(/redrive it for (\d+) days after its end/);
  // The execution runs, is redriven on the last possible day, and runs again.
  expect(readFigure(/a version is free (\d+) days after/)).toBe(Math.ceil(redriveDays + (2 * hours) / 24));
});

it('docs/deploy.md gives an upper limit of the storage for one update, and how many updates fit', () => {
  const megabytes = Object.values(budgets).reduce((sum, kilobytes) => sum + kilobytes, 0) / 1000;
  const limit = readFigure(/an update adds less than (\d+) MB/);
  expect(megabytes).toBeLessThan(limit);
  const updates = (readFigure(/quota of (\d+) GB/) * 1000) / limit;
  expect(updates).toBeGreaterThan(readFigure(/space for more than ([\d,]+) updates/));
});
