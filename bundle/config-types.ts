import type { JsonSchema } from './json-schema.ts';

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ');

const formatComment = ({ description }: JsonSchema): string =>
  description === undefined ? '' : `/** ${description.replaceAll('*/', '* /')} */\n`;

/** `undefined` is a value too, as in the types of zod. */
function formatProperties({ properties = {}, required = [] }: JsonSchema): string {
  const lines = Object.entries(properties).map(([name, schema]) =>
    required.includes(name)
      ? `${formatComment(schema)}${name}: ${formatType(schema)};`
      : `${formatComment(schema)}${name}?: ${formatType(schema)} | undefined;`,
  );
  return `{\n${indent(lines.join('\n'))}\n}`;
}

const formatUnion = (schemas: JsonSchema[]): string => schemas.map(formatType).join(' | ');

/** Returns the TypeScript type of the values that a JSON Schema describes. Patterns, limits and formats are left out. */
export function formatType(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return formatUnion(alternatives);
  switch (schema.type) {
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `{ [name: string]: ${formatType(schema.additionalProperties)} }`
        : formatProperties(schema);
    case 'array':
      return `(${formatType(schema.items ?? {})})[]`;
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
      return schema.type;
    default:
      throw new Error(`There is no TypeScript type for ${JSON.stringify(schema)}: add it to config-types.ts.`);
  }
}

/** Returns the package's declaration file. Its only export is the type of a configuration as the user writes it. */
export const formatConfigTypes = (schema: JsonSchema): string =>
  `/** The content of gantry.config.ts: \`export default { … } satisfies Config;\` */\nexport type Config = ${formatType(schema)};\n`;
