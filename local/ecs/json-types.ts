import { AwsError } from '../aws-error.ts';
import type { JsonShape } from './task-definition-shape.ts';

const tokenNames: Record<string, string> = {
  string: 'STRING_VALUE',
  number: 'NUMBER_VALUE',
  boolean: 'TRUE_VALUE',
  list: 'START_ARRAY_VALUE',
  object: 'START_OBJECT_VALUE',
};

const typeNames: Record<string, string> = { string: 'String', number: 'Integer', boolean: 'Boolean' };

const jsonType = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);

const shapeType = (shape: JsonShape): string => {
  if (Array.isArray(shape)) return 'list';
  return typeof shape === 'object' ? 'object' : shape;
};

const wrongType = (value: unknown, expected: string): AwsError => {
  const found = tokenNames[jsonType(value)];
  const type = typeNames[expected];
  return new AwsError(
    'SerializationException',
    type === undefined
      ? 'Unexpected field type'
      : `${found} can not be converted to ${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`,
  );
};

/** Rejects a value whose JSON type differs from the model's, before any other check. A null counts as an absent field. */
export function refuseWrongTypes(value: unknown, shape: JsonShape | undefined): void {
  if (value === null || value === undefined || shape === undefined) return;
  const expected = shapeType(shape);
  if (jsonType(value) !== expected) throw wrongType(value, expected);
  if (Array.isArray(shape) && Array.isArray(value)) for (const item of value) refuseWrongTypes(item, shape[0]);
  else if (typeof shape === 'object' && !Array.isArray(shape) && typeof value === 'object')
    for (const [name, field] of Object.entries(value)) refuseWrongTypes(field, shape[name] ?? shape['*']);
}
