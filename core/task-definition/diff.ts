import type { RawTaskDefinition, Tag } from './raw.ts';
import { findListKeyField, isValuePublic } from './visible-fields.ts';

/** One difference between two task definitions. `before` or `after` is absent if that task definition does not have the field. Values are JSON. */
export interface TaskDefinitionDifference {
  /** `containers.app.image`, `containers.app.environment.LOG_LEVEL`, `tags.gantry:execution`. */
  field: string;
  before?: string | undefined;
  after?: string | undefined;
  /** How the field changed. Present only if the values can be secret. In that case `before` and `after` are absent. */
  hidden?: 'added' | 'removed' | 'changed' | undefined;
}

export interface DiffOptions {
  /** Whether to show values that can be secret. */
  showValues: boolean;
}

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toJson = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

/** Turns a list of named entries into an object; returns a list with a duplicate name, or with other entries, unchanged. */
function toRecord(value: unknown, key: string): unknown {
  if (!Array.isArray(value) || !value.every((one) => isObject(one) && typeof one[key] === 'string')) return value;
  const entries = value.map(({ [key]: name, ...rest }) => [String(name), rest.value ?? rest.valueFrom ?? rest]);
  return new Set(entries.map(([name]) => name)).size < entries.length ? value : Object.fromEntries(entries);
}

const toComparable = (path: string[], value: unknown): unknown => {
  const key = findListKeyField(path);
  return key === undefined ? value : toRecord(value, key);
};

/** Whether to compare the fields of both values one by one. This is impossible for an empty object, because no field of it could appear in the result. */
const hasFields = (before: unknown, after: unknown): boolean =>
  [before, after].every((one) => one === undefined || isObject(one)) &&
  [before, after].some((one) => isObject(one) && Object.keys(one).length > 0);

const describeChange = (before: unknown, after: unknown): TaskDefinitionDifference['hidden'] => {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
};

function diffValues(
  path: string[],
  sides: [before: unknown, after: unknown],
  options: DiffOptions,
): TaskDefinitionDifference[] {
  const [before, after] = sides.map((side) => toComparable(path, side));
  if (toJson(before) === toJson(after)) return [];
  if (hasFields(before, after)) {
    const [old, next] = [before, after].map((one) => (isObject(one) ? one : {}));
    const names = new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {})]);
    return [...names].flatMap((name) => diffValues([...path, name], [old?.[name], next?.[name]], options));
  }
  const field = path.join('.');
  return options.showValues || isValuePublic(path)
    ? [{ field, before: toJson(before), after: toJson(after) }]
    : [{ field, hidden: describeChange(before, after) }];
}

/** Turns the lists of containers and volumes into objects by name. */
const keyByName = ({ containerDefinitions, volumes, ...rest }: RawTaskDefinition): JsonObject => ({
  ...rest,
  ...(volumes === undefined ? {} : { volumes }),
  containers: Object.fromEntries(containerDefinitions.map(({ name, ...container }) => [name, container])),
});

const toTagRecord = (tags: Tag[]): JsonObject => Object.fromEntries(tags.map(({ key, value }) => [key, value]));

export interface TaskDefinitionWithTags {
  definition: RawTaskDefinition;
  tags: Tag[];
}

/**
 * Returns all differences between two task definitions and between their tags, without the fields that only ECS writes. For fields that can hold a secret,
 * such as environment values and commands, only names are shown, unless `showValues` is set.
 */
export const diffTaskDefinitions = (
  before: TaskDefinitionWithTags,
  after: TaskDefinitionWithTags,
  options: DiffOptions = { showValues: false },
): TaskDefinitionDifference[] => [
  ...diffValues([], [keyByName(before.definition), keyByName(after.definition)], options),
  ...diffValues(['tags'], [toTagRecord(before.tags), toTagRecord(after.tags)], options),
];
