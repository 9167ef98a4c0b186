import { median } from './median.ts';
import { markdown } from './table.ts';

/** One function's bundle: its size in bytes, zipped too, and the ms that its import takes; and the same code bundled plainly. */
export interface Measured {
  name: string;
  bytes: number;
  zipped: number;
  ms: number;
  plain: { bytes: number; ms: number };
}

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);

const line = ({ name, bytes, zipped, ms, plain }: Measured, empty: number): string[] => [
  name,
  kilobytes(bytes),
  kilobytes(zipped),
  ms.toFixed(1),
  `${(ms / empty).toFixed(2)}×`,
  kilobytes(plain.bytes),
  plain.ms.toFixed(1),
];

const middle = (functions: Measured[]): Measured => ({
  name: 'median',
  bytes: median(functions.map(({ bytes }) => bytes)),
  zipped: median(functions.map(({ zipped }) => zipped)),
  ms: median(functions.map(({ ms }) => ms)),
  plain: {
    bytes: median(functions.map(({ plain }) => plain.bytes)),
    ms: median(functions.map(({ plain }) => plain.ms)),
  },
});

/** Sizes and init times; `empty`: the ms of an empty handler with a logger. */
export const coldTable = (functions: Measured[], empty: number): string =>
  markdown(
    ['function', 'KB', 'KB gzip', 'init ms', 'of empty', 'plain KB', 'plain init ms'],
    [...functions, middle(functions)].map((each) => line(each, empty)),
  );
