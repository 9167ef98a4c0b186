import { styleText } from 'node:util';
import type { Difference } from '../core/task-definition/diff.ts';

const side = (sign: string, colour: 'red' | 'green', value: string | undefined): string[] =>
  value === undefined ? [] : [styleText(colour, `  ${sign} ${value}`)];

/** Differences as people read them: the field, what it was, what it would be. */
export const differenceLines = (differences: Difference[]): string[] =>
  differences.flatMap(({ field, before, after }) => [
    `  ${field}`,
    ...side('-', 'red', before),
    ...side('+', 'green', after),
  ]);
