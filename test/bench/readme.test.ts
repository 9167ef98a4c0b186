import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { extractHeadline, extractSummary, summarizeResults } from '../../bench/readme.ts';
import { formatColdSentence, formatCostSentence, formatScaleSentence } from '../../bench/sentences.ts';
import { formatMarkdownTable } from '../../bench/table.ts';

it('README shows what the newest runs say: npm run bench -- readme', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(extractSummary(page)).toBe(summarizeResults());
});

it('the headline is the first table of the verdicts, with the day and the file', () => {
  const text = '# Run\n\n- 2031-02-03T04:05:06.789Z, Node v24\n\n## Verdicts\n\n| a |\n|---|\n| 1 |\n\n| b |\n';
  expect(extractHeadline({ path: 'bench/results/x.md', text })).toBe(
    '| a |\n|---|\n| 1 |\n\nOf [the run of 2031-02-03](bench/results/x.md), which has the rest.',
  );
  expect(() => extractHeadline({ path: 'x.md', text: '# Nothing' })).toThrow('x.md has no table');
});

const written = (head: string[], ...lines: string[][]) => ({
  path: 'x.md',
  text: `# Run\n\n${formatMarkdownTable(['other'], [['1']])}\n\n${formatMarkdownTable(head, lines)}\n`,
});

describe('a sentence of a table', () => {
  const cost = ['scenario', 'deployer', 'AWS calls', 'calls/min while waiting'];
  const healthy = [
    ['healthy', 'Gantry, woken', '25', '7'],
    ['healthy', 'Gantry, polling', '24', '8'],
    ['healthy', 'Gantry, by the pipeline', '33', '7'],
  ];

  it('says what a release takes, by hand and by the pipeline', () => {
    expect(formatCostSentence(written(cost, ...healthy))).toBe(
      'A healthy release calls AWS 25 times woken, 24 times polling and 33 times by the pipeline.',
    );
  });

  it('says what one takes that waits, where the run had time for it', () => {
    const slow = [
      ['slow but healthy (150 s)', 'Gantry, woken', '30', '2.7'],
      ['slow but healthy (150 s)', 'Gantry, polling', '35', '5'],
    ];
    expect(formatCostSentence(written(cost, ...healthy, ...slow))).toContain(
      ' While one waits it does so 2.7 times a minute woken and 5 times a minute polling.',
    );
  });

  it('says how the most at once came out, the longest wait too', () => {
    const head = ['at once', 'Gantry', 'right', 's in queue: median', 'longest', 's late: median', 'p95', 'longest'];
    const run = written(
      head,
      ['100', 'woken', '100', '0', '0', '0.0', '4.0', '4.0'],
      ['1,000', 'woken', '1,000', '9', '99', '0.0', '5.0', '319.5'],
      ['1,000', 'polling', '998', '9', '99', '3.0', '11.8', '164.4'],
    );
    expect(formatScaleSentence(run)).toBe(
      "Of 1,000 releases at once, under ECS's throttles, woken is right in all, 0.0 s late at the median and 319.5 s at the most; polling is right in 998, 3.0 s late at the median and 164.4 s at the most ([all sizes](x.md)).",
    );
  });

  it('says how large the bundles are, without what they are compared with', () => {
    const run = written(
      ['function', 'KB', 'plain KB'],
      ['a logger', '900', ''],
      ['wake', '289', '1190'],
      ['roll-back', '378', '1328'],
      ['median', '378', '1328'],
    );
    expect(formatColdSentence(run)).toBe(
      "A function's bundle has 378 KB at the median and 378 at most, against 1328 and 1328 bundled plainly ([how fast each starts](x.md)).",
    );
  });

  it('is none of a text without the table', () => {
    expect(() => formatColdSentence({ path: 'x.md', text: '# Nothing' })).toThrow(
      'x.md has no table with a column "plain KB"',
    );
  });
});
