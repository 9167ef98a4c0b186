import { styleText } from 'node:util';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import type { Difference } from '../core/task-definition/diff.ts';

const formatValue = (sign: string, colour: 'red' | 'green', value: string | undefined): string[] =>
  value === undefined ? [] : [styleText(colour, `  ${sign} ${escapeUnprintable(value)}`)];

const formatDifference = ({ field, before, after, hidden }: Difference): string[] => {
  const name = `  ${escapeUnprintable(field)}`;
  return hidden === undefined
    ? [name, ...formatValue('-', 'red', before), ...formatValue('+', 'green', after)]
    : [`${name} (${hidden})`];
};

/** Differences as people read them: the field, and what it was and would be or, if its values are hidden, what happened to it. */
export function formatDifferences(differences: Difference[]): string[] {
  const hint = differences.some(({ hidden }) => hidden !== undefined)
    ? ['  Values that may be secret are not shown; --show-values shows them.']
    : [];
  return [...differences.flatMap(formatDifference), ...hint];
}
