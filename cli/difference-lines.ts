import { styleText } from 'node:util';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import type { TaskDefinitionDifference } from '../core/task-definition/diff.ts';
import { shortenArnsForPeople } from './short-arns.ts';

const formatValue = (sign: string, colour: 'red' | 'green', value: string | undefined): string[] =>
  value === undefined ? [] : [`  ${styleText(colour, `${sign} ${escapeUnprintable(value)}`)}`];

const formatDifference = ({ field, before, after, hidden }: TaskDefinitionDifference): string[] => {
  const name = `  ${escapeUnprintable(field)}`;
  return hidden === undefined
    ? [name, ...formatValue('-', 'red', before), ...formatValue('+', 'green', after)]
    : [`${name} (${hidden})`];
};

/** Gantry's own tags change with every revision; a person looks for the other changes. */
const isOwnTag = ({ field }: TaskDefinitionDifference): boolean => field.startsWith('tags.gantry:');

const formatOwnTags = (differences: TaskDefinitionDifference[]): string[] =>
  differences.length === 0
    ? []
    : ["Gantry's own tags on the revision:", ...differences.flatMap(formatDifference).map(shortenArnsForPeople)];

/** Differences as text: the field, with its old and new value. If the values are hidden, says how the field changed. Gantry's own tags come last. */
export function formatDifferences(differences: TaskDefinitionDifference[]): string[] {
  const changes = differences.filter((one) => !isOwnTag(one));
  const hint = changes.some(({ hidden }) => hidden !== undefined)
    ? ['  Values that may be secret are not shown; --show-values shows them.']
    : [];
  return [...changes.flatMap(formatDifference), ...hint, ...formatOwnTags(differences.filter(isOwnTag))];
}
