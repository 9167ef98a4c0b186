import { formatMarkdownTable } from '../table.ts';
import { type MeasuredLoad, totalCalls, watchMode } from './measured-load.ts';

const formatWhole = (value: number): string => value.toFixed(0);
const formatOneDigit = (value: number): string => value.toFixed(1);
const formatAmount = (value: number): string => value.toLocaleString('en');

const formatRow = (each: MeasuredLoad): string[] => [
  formatAmount(each.deployments),
  watchMode(each),
  formatAmount(each.right),
  formatAmount(each.wrong),
  ...[each.queued.median, each.queued.longest].map(formatWhole),
  ...[each.late.median, each.late.p95, each.late.longest].map(formatOneDigit),
  ...[each.toVerdict.median, each.toVerdict.longest].map(formatWhole),
  ...[totalCalls(each), each.invocations, each.transitions].map(formatOneDigit),
  formatAmount(each.megabytes),
  formatAmount(each.wallSeconds),
];

/** Formats one line for each load. */
export const formatScaleTable = (measured: MeasuredLoad[]): string =>
  formatMarkdownTable(
    [
      'at once',
      'Gantry',
      'right',
      'wrong',
      's in queue: median',
      'longest',
      's late: median',
      'p95',
      'longest',
      's to verdict: median',
      'longest',
      'AWS calls each',
      'invocations each',
      'transitions each',
      'MB of the process',
      'wall-clock s',
    ],
    measured.map(formatRow),
  );

const columnHeads = (measured: MeasuredLoad[]): string[] =>
  measured.map((each) => `${formatAmount(each.deployments)} ${watchMode(each)}`);

/** Formats the use of ECS's token buckets in the busiest account: allowed and refused requests, and the highest number within a second. */
export function formatBucketTable(measured: MeasuredLoad[]): string {
  const buckets = new Map(measured.flatMap((each) => each.buckets).map((bucket) => [bucket.name, bucket]));
  const use = ({ buckets: own }: MeasuredLoad, name: string): string => {
    const found = own.find((bucket) => bucket.name === name);
    return found === undefined ? '' : `${found.allowed} + ${found.refused}, ${found.peak}/s`;
  };
  return formatMarkdownTable(
    ['bucket', 'at once', 'sustained', ...columnHeads(measured)],
    [...buckets.values()].map(({ name, burst, sustained }) => [
      name,
      String(burst),
      `${sustained}/s`,
      ...measured.map((each) => use(each, name)),
    ]),
  );
}

/** Formats the mean number of calls of one deployment by operation, most frequent first. */
export function formatCallTable(measured: MeasuredLoad[]): string {
  const names = [...new Set(measured.flatMap(({ calls }) => Object.keys(calls)))];
  const most = (name: string): number => Math.max(...measured.map(({ calls }) => calls[name] ?? 0));
  return formatMarkdownTable(
    ['operation', ...columnHeads(measured)],
    names
      .toSorted((a, b) => most(b) - most(a))
      .map((name) => [name, ...measured.map(({ calls }) => (calls[name] ?? 0).toFixed(2))]),
  );
}
