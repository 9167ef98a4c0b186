import { createHash } from 'node:crypto';

/** A value in a template: plain data, or an intrinsic function such as `{ Ref: 'Table' }`. */
export type TemplateValue = unknown;

/** One resource of a CloudFormation template. */
export interface TemplateResource {
  Type: string;
  Properties: Record<string, TemplateValue>;
  DependsOn?: string[];
  DeletionPolicy?: 'RetainExceptOnCreate';
  UpdateReplacePolicy?: 'Retain';
}

/** A resource with its logical id. */
export type TemplateEntry = [id: string, resource: TemplateResource];

export interface Template {
  AWSTemplateFormatVersion: '2010-09-09';
  Description: string;
  Parameters?: Record<string, TemplateValue>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, TemplateValue>;
}

/** Whether the name's words alone give a unique id. Other names get a digest, because otherwise `web-1` and `web1` would have the same id. */
const hasDistinctWords = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name);

/** The number of hexadecimal digits that distinguish logical ids. */
const digestLength = 8;

/** The beginning of the SHA-256 of a value's JSON. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, digestLength);

/**
 * The logical id of a resource, in letters and digits. Two names never have the same id. A name always has the same id, because CloudFormation replaces a
 * resource whose id changes.
 */
export const logicalId = (name: string, kind: string): string =>
  `${name
    .split(/[^A-Za-z0-9]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}${kind}${hasDistinctWords(name) ? '' : digestOf(name)}`;

/**
 * A resource that stays when the stack is deleted, or when the template no longer contains it. CloudFormation deletes it only if the operation that
 * created it is rolled back, so that the next attempt finds no resource of the same name (CloudFormation User Guide, "DeletionPolicy attribute").
 */
export const retain = (resource: TemplateResource): TemplateResource => ({
  ...resource,
  DeletionPolicy: 'RetainExceptOnCreate',
  UpdateReplacePolicy: 'Retain',
});

/** Returns the resource, to be created after the resources with these ids. */
export const createAfter = (ids: string[], resource: TemplateResource): TemplateResource =>
  ids.length === 0 ? resource : { ...resource, DependsOn: [...new Set(ids)] };

/** Returns the value with an intrinsic function in place of every text that is exactly `text`. */
export function replaceText(value: TemplateValue, text: string, replacement: object): TemplateValue {
  if (value === text) return replacement;
  if (Array.isArray(value)) return value.map((each) => replaceText(each, text, replacement));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaceText(each, text, replacement)]));
}

/**
 * Converts the JSON of an AWS API, whose names begin with a small letter, to CloudFormation's properties. The content of the fields in `verbatim` stays as
 * it is.
 */
export const capitalizeNames = (value: object, verbatim: string[] = []): Record<string, TemplateValue> =>
  Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      verbatim.includes(name) ? each : capitalizeWithin(each, verbatim),
    ]),
  );

function capitalizeWithin(value: TemplateValue, verbatim: string[]): TemplateValue {
  if (Array.isArray(value)) return value.map((each) => capitalizeWithin(each, verbatim));
  return typeof value === 'object' && value !== null ? capitalizeNames(value, verbatim) : value;
}
