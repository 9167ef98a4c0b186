import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatValue, parseWithSchema } from '../../../core/parsing/validation.ts';

const schema = z.strictObject({
  name: z.string('must be a text'),
  images: z.array(z.strictObject({ uri: z.string('must be a text') })).optional(),
});
const messageOf = (value: unknown): string => {
  try {
    parseWithSchema(schema, value, { what: 'The thing', hint: 'Write {"name": "x"}.' });
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  return 'no error';
};

describe('parseWithSchema', () => {
  it('returns a valid value', () => {
    expect(parseWithSchema(schema, { name: 'web' }, { what: 'The thing' })).toEqual({ name: 'web' });
  });

  it('reports every error at once, with its field, the expected value and the value found', () => {
    expect(messageOf({ name: 7, images: [{ uri: 'a' }, {}], extra: 1 })).toBe(
      'ConfigurationError: The thing is not valid. name: must be a text; found 7. images[1].uri: must be a text; found nothing. There is no property "extra". Write {"name": "x"}.',
    );
  });

  it('never shows the content of an object or a list, because it can contain credentials', () => {
    expect(messageOf({ name: { secretAccessKey: 'hidden' }, images: 'x' })).not.toContain('hidden');
    expect(messageOf(['hidden'])).not.toContain('hidden');
  });
});

describe('formatValue', () => {
  it.each([
    ['a text', 'web', '"web"'],
    ['a number', 7, '7'],
    ['nothing', undefined, 'undefined'],
    ['a line break and a colour', 'a\n\u001b[31mb', '"a\\n\\u001b[31mb"'],
    ['characters that change the reading direction', 'a\u202eb', '"a\\u202eb"'],
    ['a C1 control character', 'a\u009bb', '"a\\u009bb"'],
  ])('formats %s as one safe line', (_what, value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('shortens a long text in its middle', () => {
    expect(formatValue(`a${'x'.repeat(5000)}z`)).toMatch(/^(?=.{120}$)"ax+ … x+z"$/);
  });
});
