import type { Start } from './cold-process.ts';
import { median } from './median.ts';
import { markdown } from './table.ts';

/** One function's bundle: its size in bytes, zipped too, the ms of its import and of its first event; and the same code bundled plainly. */
export interface Measured extends Start {
  name: string;
  bytes: number;
  zipped: number;
  plain: { bytes: number; init: number };
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
  kilobytes(plain.bytes),
  plain.init.toFixed(1),
];

const middle = (functions: Measured[]): Measured => ({
  name: 'median',
  bytes: median(functions.map(({ bytes }) => bytes)),
  zipped: median(functions.map(({ zipped }) => zipped)),
  init: median(functions.map(({ init }) => init)),
  first: median(functions.map(({ first }) => first)),
  plain: {
    bytes: median(functions.map(({ plain }) => plain.bytes)),
    init: median(functions.map(({ plain }) => plain.init)),
  },
});

/** Sizes and ms, and how often an empty handler with a logger could have started (`of empty`), and started and answered (`both of empty`). */
export const coldTable = (functions: Measured[], empty: Start): string =>
  markdown(
    ['function', 'KB', 'KB gzip', 'init ms', 'of empty', 'first ms', 'both of empty', 'plain KB', 'plain init ms'],
    [...functions, middle(functions)].map((each) => line(each, empty)),
  );
