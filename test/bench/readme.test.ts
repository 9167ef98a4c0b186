import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { headlineOf, newestRun, shownIn } from '../../bench/readme.ts';

it('README shows the headline of the newest run: npm run bench -- readme', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(shownIn(page)).toBe(headlineOf(newestRun()).trim());
});

it('the headline is the first table of the verdicts, with the day and the file', () => {
  const text = '# Run\n\n- 2031-02-03T04:05:06.789Z, Node v24\n\n## Verdicts\n\n| a |\n|---|\n| 1 |\n\n| b |\n';
  expect(headlineOf({ path: 'bench/results/x.md', text })).toBe(
    '| a |\n|---|\n| 1 |\n\nOf [the run of 2031-02-03](bench/results/x.md), which has the rest.\n',
  );
  expect(() => headlineOf({ path: 'x.md', text: '# Nothing' })).toThrow('x.md has no table');
});
