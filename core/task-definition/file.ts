import { Failure } from '../errors/failure.ts';
import { parseJsonExactly } from '../parsing/exact-json.ts';
import { isNestedTooDeeply, tooDeepMessage } from '../parsing/nesting.ts';
import {
  type DescribedTaskDefinition,
  omitOutputOnlyFields,
  type RawContainer,
  type RawTaskDefinition,
  type Tag,
} from './raw.ts';

/** ECS accepts a task definition of at most 64 KiB (Amazon ECS service quotas). The limit applies to the request, which has no white space between its parts. */
const maxTaskDefinitionBytes = 64 * 1024;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isContainer = (value: unknown): value is RawContainer =>
  isObject(value) && typeof value.name === 'string' && value.name !== '';

const isTag = (value: unknown): value is Tag =>
  isObject(value) && typeof value.key === 'string' && typeof value.value === 'string';

/** Returns the reasons why a value is not a task definition, each as the end of a sentence; empty if it is one. */
const listMissingFields = (value: Record<string, unknown>): string[] => {
  const containers = Array.isArray(value.containerDefinitions) ? value.containerDefinitions : [];
  return [
    ...(typeof value.family === 'string' && value.family !== '' ? [] : ['it has no "family" (a text)']),
    ...(containers.length > 0 ? [] : ['it has no "containerDefinitions" (a list with at least one container)']),
    ...containers.flatMap((one, at) =>
      isContainer(one) ? [] : [`containerDefinitions[${at}] has no "name" (a text)`],
    ),
  ];
};

const isTaskDefinition = (value: Record<string, unknown>): value is RawTaskDefinition =>
  listMissingFields(value).length === 0;

const toDefinition = (value: Record<string, unknown>): Record<string, unknown> =>
  isObject(value.taskDefinition) ? value.taskDefinition : value;

/**
 * Parses a task definition and its tags from `{taskDefinition, tags}` (the output of describe-task-definition) or from the definition itself
 * (the input of register-task-definition, `tags` inside). Throws a ConfigurationError that begins with `what` and names everything that is missing.
 */
export function parseTaskDefinition(value: unknown, what: string): DescribedTaskDefinition {
  if (!isObject(value))
    throw new Failure('ConfigurationError', `${what} is not a task definition: it is no JSON object.`);
  const { tags: tagsInside, ...bare } = toDefinition(value);
  const tags = value.tags ?? tagsInside ?? [];
  if (!isTaskDefinition(bare))
    throw new Failure('ConfigurationError', `${what} is not a task definition: ${listMissingFields(bare).join('; ')}.`);
  if (!Array.isArray(tags) || !tags.every(isTag))
    throw new Failure('ConfigurationError', `${what}: "tags" is not a list of {"key", "value"}, both texts.`);
  return { taskDefinition: bare, tags };
}

const parseJsonBytes = (bytes: Uint8Array, what: string): unknown => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (isNestedTooDeeply(text)) throw new Failure('ConfigurationError', `${what} ${tooDeepMessage}`);
    return parseJsonExactly(text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof SyntaxError ? `no valid JSON (${error.message})` : 'not UTF-8';
    throw new Failure('ConfigurationError', `${what} is ${reason}.`, { cause: error });
  }
};

/** Returns the number of bytes of a task definition in the form that is sent to RegisterTaskDefinition, without its tags. */
function countSentBytes(value: Record<string, unknown>): number {
  const { tags: _, ...bare } = toDefinition(value);
  return new TextEncoder().encode(JSON.stringify(omitOutputOnlyFields(bare))).length;
}

/** Reads a task definition file (its bytes, and its path for the messages). Throws ConfigurationError. */
export function parseTaskDefinitionFile(bytes: Uint8Array, path: string): DescribedTaskDefinition {
  const what = `The task definition file ${path}`;
  const value = parseJsonBytes(bytes, what);
  const sent = isObject(value) ? countSentBytes(value) : 0;
  if (sent > maxTaskDefinitionBytes)
    throw new Failure(
      'ConfigurationError',
      `${what} has ${bytes.length} bytes, and ${sent} bytes as it is sent to ECS, without white space; ECS takes ${maxTaskDefinitionBytes} at most. Make the task definition smaller.`,
    );
  return parseTaskDefinition(value, what);
}
