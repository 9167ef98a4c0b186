import { styleText } from 'node:util';
import type { Difference } from '../core/task-definition/diff.ts';

const formatValue = (sign: string, colour: 'red' | 'green', value: string | undefined): string[] =>
  value === undefined ? [] : [styleText(colour, `  ${sign} ${value}`)];

/** Differences as people read them: the field, what it was, what it would be. */
export const formatDifferences = (differences: Difference[]): string[] =>
  differences.flatMap(({ field, before, after }) => [
    `  ${field}`,
    ...formatValue('-', 'red', before),
    ...formatValue('+', 'green', after),
  ]);
