import type { StartTimes } from './cold-process.ts';
import { median } from './median.ts';
import { formatMarkdownTable } from './table.ts';

/** One bundle: its size in bytes, its gzipped size, and its start times in ms. `plain`: the same function, only bundled and minified. */
export interface MeasuredBundle extends StartTimes {
  name: string;
  bytes: number;
  zipped: number;
  plain?: { bytes: number; init: number };
}

export interface Measurements {
  /** A handler with only a logger. */
  empty: MeasuredBundle;
  /** A handler with a logger and one client of the SDK. */
  calling: MeasuredBundle;
  functions: MeasuredBundle[];
}

const formatKilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);
const formatRatio = (ms: number, of: number): string => `${(ms / of).toFixed(2)}×`;

const formatRow = ({ name, bytes, zipped, init, first, plain }: MeasuredBundle, empty: StartTimes): string[] => [
  name,
  formatKilobytes(bytes),
  formatKilobytes(zipped),
  init.toFixed(1),
  formatRatio(init, empty.init),
  first.toFixed(1),
  formatRatio(init + first, empty.init + empty.first),
  plain === undefined ? '' : formatKilobytes(plain.bytes),
  plain?.init.toFixed(1) ?? '',
];

const medianBundle = (functions: MeasuredBundle[]): MeasuredBundle => ({
  name: 'median',
  bytes: median(functions.map(({ bytes }) => bytes)),
  zipped: median(functions.map(({ zipped }) => zipped)),
  init: median(functions.map(({ init }) => init)),
  first: median(functions.map(({ first }) => first)),
  plain: {
    bytes: median(functions.flatMap(({ plain }) => plain?.bytes ?? [])),
    init: median(functions.flatMap(({ plain }) => plain?.init ?? [])),
  },
});

/** Formats sizes and times. `of empty`: the init time relative to the empty handler's; `both of empty`: the same for init and first event together. */
export const formatColdTable = ({ empty, calling, functions }: Measurements): string =>
  formatMarkdownTable(
    ['function', 'KB', 'KB gzip', 'init ms', 'of empty', 'first ms', 'both of empty', 'plain KB', 'plain init ms'],
    [empty, calling, ...functions, medianBundle(functions)].map((each) => formatRow(each, empty)),
  );
