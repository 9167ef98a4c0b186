import * as z from 'zod';
import { Failure } from '../errors/failure.ts';
import { escapeUnprintable, shortenMiddle } from './display-text.ts';

/** The maximum number of characters that a message shows of a value from outside. They are enough to recognise the value, and too few to flood a log. */
const maxShownCharacters = 120;

/** The maximum number of validation errors in a message, and of names in one error. Further errors and names are only counted. */
const maxErrorsShown = 15;

/** Formats a value from outside as one line of plain text: as JSON, shortened, with control and direction characters escaped. */
export function formatValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const safe = escapeUnprintable(text);
  return shortenMiddle(safe, maxShownCharacters);
}

/** `["images", 0, "imageUri"]` in the usual notation: `images[0].imageUri`. */
export const formatPropertyPath = (path: PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

const valueAtPath = (value: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );

/**
 * Returns the description of a found value for a message. It omits an object's content, because a job contains credentials, and nested fields have their own
 * sentences.
 */
export const describeValue = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : formatValue(value);
};

const formatNames = (names: string[]): string => {
  const more = names.length > maxErrorsShown ? ` and ${names.length - maxErrorsShown} more` : '';
  return names.slice(0, maxErrorsShown).map(formatValue).join(', ') + more;
};

const formatIssue = (issue: z.core.$ZodIssue, value: unknown): string => {
  const field = formatPropertyPath(issue.path) || 'The whole of it';
  if (issue.code === 'unrecognized_keys')
    return `${issue.path.length === 0 ? 'There is' : `${field} has`} no property ${formatNames(issue.keys)}.`;
  if (issue.code === 'custom' && issue.params?.tellsAll === true) return `${field}: ${issue.message}.`;
  return `${field}: ${issue.message}; found ${describeValue(valueAtPath(value, issue.path))}.`;
};

/** Returns all of a schema's errors about `value` as one ConfigurationError, each with its field and the value found. `hint` says what to do. */
export function createValidationFailure(
  what: string,
  value: unknown,
  { error, hint }: { error: z.ZodError; hint: string },
): Failure {
  const sentences = error.issues.slice(0, maxErrorsShown).map((issue) => formatIssue(issue, value));
  const more = error.issues.length - sentences.length;
  const rest = more > 0 ? [`And ${more} more.`] : [];
  return new Failure('ConfigurationError', [`${what} is not valid.`, ...sentences, ...rest, hint].join(' ').trim());
}

/** Parses `value` or throws a ConfigurationError that begins with `what`, lists every validation error and ends with `hint`. */
export function parseWithSchema<T>(
  schema: z.ZodType<T>,
  value: unknown,
  { what, hint = '' }: { what: string; hint?: string },
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw createValidationFailure(what, value, { error: result.error, hint });
}

/** A schema for a text that contains JSON; its output is the parsed value. */
export const jsonTextSchema = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
});
