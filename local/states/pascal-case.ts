import type { JsonValue } from './library-types.ts';

/* Step Functions' integrations write the API's field names in PascalCase, also those of its own API, which are in camelCase (docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html). */

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const mapKeys = (value: unknown, rename: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((one) => mapKeys(one, rename));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [rename(key), mapKeys(one, rename)]));
};

const lowerFirst = (key: string): string => `${key.charAt(0).toLowerCase()}${key.slice(1)}`;
const upperFirst = (key: string): string => `${key.charAt(0).toUpperCase()}${key.slice(1)}`;

/** Returns the parameters of a task with the field names of Step Functions' own API. */
export const toCamelCase = (input: unknown): unknown => mapKeys(input, lowerFirst);

/** Returns an answer of Step Functions' own API as the result of a task. */
export const toPascalCase = (answer: unknown): JsonValue =>
  JSON.parse(JSON.stringify(mapKeys(answer ?? {}, upperFirst)));
