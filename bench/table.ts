import { estimateDollars } from './cost.ts';
import { median } from './median.ts';
import type { Row } from './row.ts';

/** Escapes a text for a cell of a Markdown table. */
const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Formats a Markdown table with padded columns, so that it is readable on a terminal too. */
export function formatMarkdownTable(head: string[], lines: string[][]): string {
  const all = [head, ...lines].map((line) => line.map(escapeCell));
  const widths = head.map((_, column) => Math.max(3, ...all.map((line) => (line[column] ?? '').length)));
  const row = (line: string[]): string =>
    `| ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [first = [], ...rest] = all;
  return [row(first), rule, ...rest.map(row)].join('\n');
}

const formatNumber = (value: number | undefined): string => (value === undefined ? '' : String(value));

const formatVerdict = ({ nothing, verdict = '', right }: Row): string =>
  nothing ?? (right === undefined ? verdict : `${verdict}, ${right ? 'right' : 'WRONG'}`);

/** If a verdict has no lateness, the verdict came before ECS showed the fact. */
const formatLateness = ({ nothing, late: seconds }: Row): string =>
  nothing === undefined ? formatNumber(seconds) || 'before any' : '';

/** Formats the verdicts, one line for each scenario and deployer. */
export const formatVerdictTable = (rows: Row[]): string =>
  formatMarkdownTable(
    [
      'scenario',
      'deployer',
      'exit',
      'verdict',
      's to verdict',
      's to end',
      'calls',
      'calls/min',
      'service ended on',
      'reason shown',
    ],
    rows.map((row) => [
      row.scenario,
      row.deployer,
      row.exit ?? '',
      formatVerdict(row),
      formatLateness(row),
      formatNumber(row.lateEnd),
      row.callsPerMinute === undefined ? '' : String(row.calls),
      formatNumber(row.callsPerMinute),
      row.endedOn,
      row.reason ?? '',
    ]),
  );

const formatMedian = (values: number[]): string => (values.length === 0 ? '' : String(median(values)));

/** Formats the score of each deployer: how many verdicts were right, how late the verdicts were, and how late the deployer's program ended. */
export function formatScoreTable(rows: Row[]): string {
  const scored = rows.filter(({ unscored }) => !unscored);
  const lines = [...new Set(scored.map(({ deployer }) => deployer))].map((deployer) => {
    const own = scored.filter((row) => row.deployer === deployer && row.callsPerMinute !== undefined);
    const right = own.filter((row) => row.right === true);
    const wrong = own.filter((row) => row.right === false);
    return [
      deployer,
      ...[own.length, right.length, wrong.length, own.length - right.length - wrong.length].map(String),
      formatMedian(right.flatMap(({ late }) => late ?? [])),
      formatMedian(right.flatMap(({ lateEnd }) => lateEnd ?? [])),
      formatMedian(own.flatMap(({ callsPerMinute }) => callsPerMinute ?? [])),
    ];
  });
  return formatMarkdownTable(
    [
      'deployer',
      'played',
      'right',
      'wrong',
      'gave up or silent',
      'median s to a right verdict',
      'median s until it reports',
      'median calls/min',
    ],
    lines,
  );
}

const formatPrice = (row: Row): string => {
  const cost = estimateDollars(row);
  return cost === undefined ? '' : cost.toFixed(6);
};

/** Formats the cost of one deployment with Gantry: calls, invocations, transitions and dollars. */
export const formatCostTable = (rows: Row[]): string =>
  formatMarkdownTable(
    [
      'scenario',
      'deployer',
      'AWS calls',
      'calls/min while waiting',
      'invocations',
      'transitions',
      'GB-s (measured here)',
      'dollars',
      'ended',
    ],
    rows
      .filter(({ transitions }) => transitions !== undefined)
      .map((row) => [
        row.scenario,
        row.deployer,
        String(row.calls),
        formatNumber(row.callsPerMinuteWaiting),
        formatNumber(row.invocations),
        formatNumber(row.transitions),
        row.gigabyteSeconds?.toFixed(2) ?? '',
        formatPrice(row),
        row.exit ?? 'not within the limit',
      ]),
  );
