import type { Start } from './cold-process.ts';
import { median } from './median.ts';
import { markdown } from './table.ts';

/** One bundle: its size in bytes, zipped too, the ms of its import and of its first event; of a function also the same code bundled plainly. */
export interface Measured extends Start {
  name: string;
  bytes: number;
  zipped: number;
  plain?: { bytes: number; init: number };
}

export interface Measurements {
  /** A handler that has but a logger. */
  empty: Measured;
  /** One that has a client of the SDK besides. */
  calling: Measured;
  functions: Measured[];
}

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);
const times = (ms: number, of: number): string => `${(ms / of).toFixed(2)}×`;

const line = ({ name, bytes, zipped, init, first, plain }: Measured, empty: Start): string[] => [
  name,
  kilobytes(bytes),
  kilobytes(zipped),
  init.toFixed(1),
  times(init, empty.init),
  first.toFixed(1),
  times(init + first, empty.init + empty.first),
  plain === undefined ? '' : kilobytes(plain.bytes),
  plain?.init.toFixed(1) ?? '',
];

const middle = (functions: Measured[]): Measured => ({
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

/** Sizes and ms, and how often the empty handler could have started (`of empty`), and started and answered (`both of empty`). */
export const coldTable = ({ empty, calling, functions }: Measurements): string =>
  markdown(
    ['function', 'KB', 'KB gzip', 'init ms', 'of empty', 'first ms', 'both of empty', 'plain KB', 'plain init ms'],
    [empty, calling, ...functions, middle(functions)].map((each) => line(each, empty)),
  );
