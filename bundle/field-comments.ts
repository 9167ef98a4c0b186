import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JsonSchema } from './json-schema.ts';

const root = resolve(import.meta.dirname, '..');

/** The fields of one object in the source of the zod schema. Each field has its comment, or an empty text. */
type FieldComments = Map<string, string>;

const count = (text: string, brace: string): number => text.split(brace).length - 1;

const cleanComment = (lines: string): string =>
  lines
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Returns the fields of every object literal whose fields are on separate lines. Assumes that the braces in texts and patterns are in pairs on one line. */
export function readFieldComments(source: string): FieldComments[] {
  const all: FieldComments[] = [];
  const open: FieldComments[] = [new Map()];
  let comment = '';
  for (const [part, isComment = ''] of source.matchAll(/^[ \t]*(\/\*\*[\s\S]*?\*\/)$|^.*$/gm)) {
    if (isComment !== '') {
      comment = cleanComment(isComment);
      continue;
    }
    const [, name] = /^\s*(\w+):/.exec(part) ?? [];
    if (name !== undefined) open.at(-1)?.set(name, comment);
    comment = '';
    for (let depth = count(part, '{') - count(part, '}'); depth > 0; depth -= 1) open.push(new Map());
    for (let depth = count(part, '}') - count(part, '{'); depth > 0; depth -= 1) all.push(open.pop() ?? new Map());
  }
  return all.filter((fields) => fields.size > 0);
}

const comments = (): FieldComments[] =>
  globSync('core/config/*.ts', { cwd: root }).flatMap((file) =>
    readFieldComments(readFileSync(join(root, file), 'utf8')),
  );

/** The objects of the source that are a part of this object, the largest first. */
const partsOf = (names: string[], all: FieldComments[]): FieldComments[] =>
  all.filter((fields) => [...fields.keys()].every((name) => names.includes(name))).sort((a, b) => b.size - a.size);

/** Gives each field of a JSON Schema the comment of the zod schema as its description, which editors show. */
export function describeFields(schema: JsonSchema, all = comments()): JsonSchema {
  const parts = partsOf(Object.keys(schema.properties ?? {}), all);
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]): [string, JsonSchema] => {
    const description = parts.find((fields) => fields.has(name))?.get(name);
    return [name, { ...(description && { description }), ...describeFields(field, all) }];
  });
  return {
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(properties) }),
    ...(schema.items && { items: describeFields(schema.items, all) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map((one) => describeFields(one, all)) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map((one) => describeFields(one, all)) }),
  };
}
