import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { extractHeadline, extractSummary, summarizeResults } from '../../bench/readme.ts';
import { formatColdSentence, formatCostSentence, formatScaleSentence } from '../../bench/sentences.ts';
import { formatMarkdownTable } from '../../bench/table.ts';

it('README shows the text of the newest runs (to refresh it: npm run bench -- readme)', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(extractSummary(page)).toBe(summarizeResults());
});

it('the headline is the first table under Verdicts, with the date and a link to the run', () => {
  const text = '# Run\n\n- 2031-02-03T04:05:06.789Z, Node v24\n\n## Verdicts\n\n| a |\n|---|\n| 1 |\n\n| b |\n';
  expect(extractHeadline({ path: 'bench/results/x.md', text })).toBe(
    '| a |\n|---|\n| 1 |\n\nThe figures are from [the run of 2031-02-03](bench/results/x.md), which also lists every scenario.',
  );
  expect(() => extractHeadline({ path: 'x.md', text: '# Nothing' })).toThrow('x.md has no table');
});

const written = (head: string[], ...lines: string[][]) => ({
  path: 'x.md',
  text: `# Run\n\n${formatMarkdownTable(['other'], [['1']])}\n\n${formatMarkdownTable(head, lines)}\n`,
});

describe('a sentence from a table', () => {
  const cost = ['scenario', 'deployer', 'AWS calls', 'calls/min while waiting'];
  const healthy = [
    ['healthy', 'Gantry, woken', '25', '7'],
    ['healthy', 'Gantry, polling', '24', '8'],
    ['healthy', 'Gantry, by the pipeline', '33', '7'],
  ];

  it('states the AWS calls of a manual release and of a release through the pipeline', () => {
    expect(formatCostSentence(written(cost, ...healthy))).toBe(
      'Number of AWS calls for a healthy release: 25 when woken by events, 24 when polling and 33 through the pipeline.',
    );
  });

  it('states the calls of a waiting release if the run has the slow scenario', () => {
    const slow = [
      ['slow but healthy (150 s)', 'Gantry, woken', '30', '2.7'],
      ['slow but healthy (150 s)', 'Gantry, polling', '35', '5'],
    ];
    expect(formatCostSentence(written(cost, ...healthy, ...slow))).toContain(
      ' Calls a minute while a release waits: 2.7 when woken by events and 5 when polling.',
    );
  });

  it('states the verdicts and the lateness of the run with the most releases at once', () => {
    const head = ['at once', 'Gantry', 'right', 's in queue: median', 'longest', 's late: median', 'p95', 'longest'];
    const run = written(
      head,
      ['100', 'woken', '100', '0', '0', '0.0', '4.0', '4.0'],
      ['1,000', 'woken', '1,000', '9', '99', '0.0', '5.0', '319.5'],
      ['1,000', 'polling', '998', '9', '99', '3.0', '11.8', '164.4'],
    );
    expect(formatScaleSentence(run)).toBe(
      "With 1,000 releases at once under ECS's throttles: when woken by events, all verdicts were right, 0.0 s late at the median and 319.5 s at most; when polling, 998 verdicts were right, 3.0 s late at the median and 164.4 s at most ([all sizes](x.md)).",
    );
  });

  it('states the sizes of the bundles, without the handlers for comparison', () => {
    const run = written(
      ['function', 'KB', 'plain KB'],
      ['a logger', '900', ''],
      ['wake', '289', '1190'],
      ['roll-back', '378', '1328'],
      ['median', '378', '1328'],
    );
    expect(formatColdSentence(run)).toBe(
      'The bundles of the functions have 378 KB at the median and 378 KB at most. The build minifies the code and replaces some modules of packages. With minification alone, the bundles would have 1328 KB at the median and 1328 KB at most ([start times](x.md)).',
    );
  });

  it('fails for a text without the table', () => {
    expect(() => formatColdSentence({ path: 'x.md', text: '# Nothing' })).toThrow(
      'x.md has no table with a column "plain KB"',
    );
  });
});
