import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../cli/doctor/check-result.ts';
import { formatResults } from '../../cli/doctor/format-results.ts';
import { measureWidth } from '../../cli/wrap-text.ts';

const failed: CheckResult = {
  link: 'key',
  about: 'test',
  title: 'the role may decrypt',
  state: 'NG',
  says: 'the deployment role of test may decrypt with the artifact key, which the build account owns and which it shares',
  policy: 'the key policy of alias/web-shop-production-artifacts',
  statement: 'none allows kms:Decrypt',
  fix: 'Deploy Gantry again in the build account, and run npm run doctor -- --live --stage production to see that it helped.',
};
const skipped: CheckResult = { ...failed, state: 'SKIP', says: 'the key exists', fix: 'only --live can check this' };

const format = (columns?: number): string[] =>
  stripVTControlCharacters(formatResults([failed, skipped], columns)).split('\n');

describe("the doctor's findings", () => {
  it('have one line each in a file', () => {
    expect(format()).toHaveLength(7);
  });

  it.each([40, 80, 160])('are wrapped between words at %i columns, and stay below their check', (columns) => {
    const lines = format(columns);
    expect(lines.join(' ').split(/\s+/)).toEqual(format().join(' ').split(/\s+/));
    expect(
      lines.filter(
        (line) => measureWidth(line) > columns && line.trim().includes(' ') && !line.includes('npm run doctor'),
      ),
    ).toEqual([]);
    const from = lines.findIndex((line) => line.includes('the deployment role'));
    const to = lines.findIndex((line) => line.includes('policy:'));
    for (const line of lines.slice(from + 1, to)) expect(line).toMatch(/^ {10}\S/);
    expect(lines.join('\n')).toContain('npm run doctor -- --live --stage production');
  });
});
