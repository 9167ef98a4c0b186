/**
 * Replaces zod/v4/core/to-json-schema.js, because Gantry converts no schema to JSON Schema. A schema prepares the conversion when it is created, so
 * the two create functions return a function that throws.
 */

function refuse(): never {
  throw new Error('Bundles convert no schema to JSON Schema (bundle/replacements/json-schema.ts).');
}

export const createStandardJSONSchemaMethod = (): typeof refuse => refuse;
export const createToJSONSchemaMethod = (): typeof refuse => refuse;

export {
  refuse as extractDefs,
  refuse as finalize,
  refuse as handleUnrepresentable,
  refuse as initializeContext,
  refuse as process,
  refuse as processSchema,
};
