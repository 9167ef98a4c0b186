import { markdown } from '../table.ts';
import { callsOf, type Measured, wayOf } from './measured.ts';

const whole = (value: number): string => value.toFixed(0);
const digit = (value: number): string => value.toFixed(1);
const amount = (value: number): string => value.toLocaleString('en');

const line = (each: Measured): string[] => [
  amount(each.deployments),
  wayOf(each),
  amount(each.right),
  amount(each.wrong),
  ...[each.queued.median, each.queued.longest].map(whole),
  ...[each.late.median, each.late.p95, each.late.longest].map(digit),
  ...[each.toVerdict.median, each.toVerdict.longest].map(whole),
  ...[callsOf(each), each.invocations, each.transitions].map(digit),
  amount(each.megabytes),
  amount(each.wallSeconds),
];

/** One line for each load. */
export const scaleTable = (measured: Measured[]): string =>
  markdown(
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
    measured.map(line),
  );

const heads = (measured: Measured[]): string[] => measured.map((each) => `${amount(each.deployments)} ${wayOf(each)}`);

/** ECS's buckets of the busiest account: what passed, what was refused and the most within a second. */
export function bucketTable(measured: Measured[]): string {
  const buckets = new Map(measured.flatMap((each) => each.buckets).map((bucket) => [bucket.name, bucket]));
  const use = ({ buckets: own }: Measured, name: string): string => {
    const found = own.find((bucket) => bucket.name === name);
    return found === undefined ? '' : `${found.allowed} + ${found.refused}, ${found.peak}/s`;
  };
  return markdown(
    ['bucket', 'at once', 'sustained', ...heads(measured)],
    [...buckets.values()].map(({ name, burst, sustained }) => [
      name,
      String(burst),
      `${sustained}/s`,
      ...measured.map((each) => use(each, name)),
    ]),
  );
}

/** Calls of one deployment in the mean, by operation, the most frequent first. */
export function callTable(measured: Measured[]): string {
  const names = [...new Set(measured.flatMap(({ calls }) => Object.keys(calls)))];
  const most = (name: string): number => Math.max(...measured.map(({ calls }) => calls[name] ?? 0));
  return markdown(
    ['operation', ...heads(measured)],
    names
      .toSorted((a, b) => most(b) - most(a))
      .map((name) => [name, ...measured.map(({ calls }) => (calls[name] ?? 0).toFixed(2))]),
  );
}
