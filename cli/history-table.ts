import { styleText } from 'node:util';
import { formatExecutionSource } from '../core/model/execution-source.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { formatCount } from '../core/parsing/count.ts';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';
import type { DoraMetrics } from '../core/reporting/metrics.ts';
import { formatAnswerLine } from './answer-lines.ts';
import { formatMinute } from './target-status-lines.ts';
import { fitColumns, fitsIntoColumns, formatRow } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

const units: [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A duration in its two largest units: `45 s`, `3 min 20 s`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  let left = Math.round(seconds);
  const parts = units.map(([name, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return { count, text: `${count} ${name}` };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(' ');
}

const formatEntryDuration = ({ start, end }: LedgerEntry): string =>
  end === undefined ? '' : formatDuration((Date.parse(end) - Date.parse(start)) / 1000);

const formatRevision = (revision: string | undefined): string =>
  revision === undefined ? '-' : parseRevisionName(revision);

const formatCells = (entry: LedgerEntry): string[] => [
  formatMinute(entry.start),
  entry.kind,
  entry.result ?? 'in progress',
  `${formatRevision(entry.before)} → ${formatRevision(entry.after)}`,
  formatEntryDuration(entry),
  entry.commit?.id.slice(0, 7) ?? '',
  formatExecutionSource(entry.source),
];

const columnHeads = ['START (UTC)', 'KIND', 'RESULT', 'REVISION', 'TOOK', 'COMMIT', 'FROM'];

const chooseColour = ({ result }: LedgerEntry): Parameters<typeof styleText>[0] => {
  if (result === 'Failed' || result === 'RolledBack') return 'red';
  return result === 'Succeeded' ? 'green' : 'yellow';
};

/** The requester's reason and, if the deployment did not succeed, the reason of its result. Each reason is one line. */
const formatReasons = ({ source, result, reason }: LedgerEntry): string[] => {
  const why = source.type === 'hand' && source.reason !== undefined ? [`why: ${escapeUnprintable(source.reason)}`] : [];
  const failed = reason !== undefined && result !== 'Succeeded' && result !== 'Unchanged';
  const cause = failed ? [reason.split('\n')[0] ?? ''] : [];
  return [...why, ...cause].map((line) => `    ${styleText('gray', line)}`);
};

const formatAnswers = ({ answers = [] }: LedgerEntry): string[] => answers.map((answer) => formatAnswerLine(answer));

/** The deployed images with their digests, in the format of the action's summary in the pipeline, so that an approver can compare them. */
const formatImages = ({ images }: LedgerEntry): string[] =>
  images.map(({ name, pinned }) => `    ${styleText('gray', `${name}=${pinned}`)}`);

/** If the terminal is too narrow for the last column, the cell of that column is a line below the row. */
const formatLastCell = (row: string[]): string[] => [
  `    ${styleText('gray', `${columnHeads.at(-1)?.toLowerCase()}: ${row.at(-1)}`)}`,
];

/** Formats ledger entries as a table for people, in the given order. `columns`: the width of the terminal; endless without one. */
export function formatHistoryTable(entries: LedgerEntry[], columns = Number.POSITIVE_INFINITY): string[] {
  if (entries.length === 0) return ['Nothing has been deployed yet.'];
  const rows = entries.map((entry) => formatCells(entry).map(escapeUnprintable));
  const fits = fitsIntoColumns([columnHeads, ...rows], columns);
  const chooseCells = (row: string[]): string[] => (fits ? row : row.slice(0, -1));
  const widths = fitColumns([columnHeads, ...rows].map(chooseCells), columns);
  const formatEntry = (entry: LedgerEntry, row: string[]): string[] => [
    styleText(chooseColour(entry), formatRow(chooseCells(row), widths)),
    ...[
      ...(fits ? [] : formatLastCell(row)),
      ...formatReasons(entry),
      ...formatAnswers(entry),
      ...formatImages(entry),
    ].map((line) => wrapText(line, columns)),
  ];
  return [
    styleText('bold', formatRow(chooseCells(columnHeads), widths)),
    ...entries.flatMap((entry, at) => formatEntry(entry, rows[at] ?? [])),
  ];
}

const formatOrUnknown = <Value>(value: Value | undefined, format: (value: Value) => string): string =>
  value === undefined ? 'unknown' : format(value);

/** Formats the four delivery metrics (dora.dev/guides/dora-metrics) of a period for people. */
export const formatMetrics = (metrics: DoraMetrics, days: number): string[] => [
  `Over the last ${formatCount(days, 'day')}:`,
  `  deployments per week             ${metrics.deploymentsPerWeek.toFixed(1)}`,
  `  lead time                        ${formatOrUnknown(metrics.leadTimeSeconds, formatDuration)}`,
  `  change failure rate              ${formatOrUnknown(metrics.failureRate, (rate) => `${Math.round(rate * 100)} %`)}`,
  `  failed deployment recovery time  ${formatOrUnknown(metrics.secondsToRestore, formatDuration)}`,
];
