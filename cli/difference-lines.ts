import { styleText } from 'node:util';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import type { TaskDefinitionDifference } from '../core/task-definition/diff.ts';

const formatValue = (sign: string, colour: 'red' | 'green', value: string | undefined): string[] =>
  value === undefined ? [] : [styleText(colour, `  ${sign} ${escapeUnprintable(value)}`)];

const formatDifference = ({ field, before, after, hidden }: TaskDefinitionDifference): string[] => {
  const name = `  ${escapeUnprintable(field)}`;
  return hidden === undefined
    ? [name, ...formatValue('-', 'red', before), ...formatValue('+', 'green', after)]
    : [`${name} (${hidden})`];
};

/** Differences as text: the field, with its old and new value or, if its values are hidden, how it changed. */
export function formatDifferences(differences: TaskDefinitionDifference[]): string[] {
  const hint = differences.some(({ hidden }) => hidden !== undefined)
    ? ['  Values that may be secret are not shown; --show-values shows them.']
    : [];
  return [...differences.flatMap(formatDifference), ...hint];
}
