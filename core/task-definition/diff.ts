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

const toJson = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

function diffValues(field: string, before: unknown, after: unknown): Difference[] {
  if (toJson(before) === toJson(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ field, before: toJson(before), after: toJson(after) }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => diffValues(field === '' ? name : `${field}.${name}`, before[name], after[name]));
}

/** Containers are a list, but go by their names. */
const keyContainersByName = ({ containerDefinitions, ...rest }: RawTaskDefinition): Record<string, unknown> => ({
  ...rest,
  containers: Object.fromEntries(containerDefinitions.map(({ name, ...container }) => [name, container])),
});

const toTagRecord = (tags: Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

export interface TaskDefinitionWithTags {
  definition: RawTaskDefinition;
  tags: Tag[];
}

/** All that differs between two task definitions, each without the fields that only ECS writes, and their tags. */
export const diffTaskDefinitions = (before: TaskDefinitionWithTags, after: TaskDefinitionWithTags): Difference[] => [
  ...diffValues('', keyContainersByName(before.definition), keyContainersByName(after.definition)),
  ...diffValues('tags', toTagRecord(before.tags), toTagRecord(after.tags)),
];
