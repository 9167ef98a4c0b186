import type { RawTaskDefinition, Tag } from './raw.ts';

/** One thing that differs between two task definitions. `before` or `after` is absent where the other has it alone. Values are JSON. */
export interface Difference {
  /** `containers.app.image`, `tags.gantry:execution`. */
  field: string;
  before?: string | undefined;
  after?: string | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

function differences(field: string, before: unknown, after: unknown): Difference[] {
  if (json(before) === json(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ field, before: json(before), after: json(after) }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(field === '' ? name : `${field}.${name}`, before[name], after[name]));
}

/** Containers are a list, but go by their names. */
const byName = ({ containerDefinitions, ...rest }: RawTaskDefinition): Record<string, unknown> => ({
  ...rest,
  containers: Object.fromEntries(containerDefinitions.map(({ name, ...container }) => [name, container])),
});

const byKey = (tags: Tag[]): Record<string, string> => Object.fromEntries(tags.map(({ key, value }) => [key, value]));

export interface Side {
  definition: RawTaskDefinition;
  tags: Tag[];
}

/** All that differs between two task definitions, each without the fields that only ECS writes, and their tags. */
export const differencesOf = (before: Side, after: Side): Difference[] => [
  ...differences('', byName(before.definition), byName(after.definition)),
  ...differences('tags', byKey(before.tags), byKey(after.tags)),
];
