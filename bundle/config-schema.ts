import * as z from 'zod';
import { regionSchema } from '../core/config/fields.ts';
import { supportedRegions } from '../core/config/regions.ts';
import { configSchema } from '../core/config/schema.ts';
import { describeFields } from './field-comments.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * Converts the zod schema of a configuration in the form in which the user writes it. `regionNames`: also lists the Regions, which zod checks with a function.
 */
export function describeConfig({ regionNames = false } = {}): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    // The newest version that VS Code supports completely (code.visualstudio.com/docs/languages/json).
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      if (regionNames && zodSchema === regionSchema) jsonSchema.enum = [...supportedRegions];
    },
  });
  return describeFields(JSON.parse(JSON.stringify(schema)));
}

/** Returns the JSON Schema for editors. The schema accepts conflicts between fields, because JSON Schema cannot express them. */
export function createConfigSchema(): JsonSchema {
  const schema = describeConfig({ regionNames: true });
  // Editors find the schema by this field, and load-config.ts removes the field.
  const properties = { $schema: { type: 'string' }, ...schema.properties };
  return { ...schema, title: 'The configuration of Gantry', properties };
}
