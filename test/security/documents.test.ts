import { describe, expect, it } from 'vitest';
import { maxImageDefinitionsBytes, parseImageDefinitions } from '../../core/image/definitions.ts';
import { parseTaskDefinitionFile } from '../../core/task-definition/file.ts';

const deep = (levels: number, inside = '') => '['.repeat(levels) + inside + ']'.repeat(levels);
const long = 'x'.repeat(maxImageDefinitionsBytes - 100);
const one = (fields: string) => `[{${fields}}]`;

describe('a document of the artifact is refused with a short message if it has', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['deeply nested brackets', deep(50_000), /nests deeper than 64 levels/],
    ['deeply nested brackets that are never closed', '['.repeat(100_000), /nests deeper than 64 levels/],
    ['deeply nested objects', '{"a":'.repeat(20_000), /nests deeper than 64 levels/],
    [
      'deep nesting in a field that Gantry does not read',
      one(`"name": "app", "imageUri": "web:1", "more": ${deep(100)}`),
      /nests deeper/,
    ],
    ['more bytes than the limit', ' '.repeat(maxImageDefinitionsBytes + 1), /at most 102400 \(100 KB\)/],
    ['a long name', one(`"name": "${long}", "imageUri": "web:1"`), /the name "x+ … x+" is not a container's name/],
    ['a long image', one(`"name": "app", "imageUri": "${long}"`), /its name is longer than 255 characters/],
    ['a long invalid image', one(`"name": "app", "imageUri": "X${long}"`), /has capital letters/],
    ['a lone surrogate in a name', one('"name": "app\\ud800", "imageUri": "web:1"'), /the name "app\\ud800" is not/],
    ['a lone surrogate in an image', one('"name": "app", "imageUri": "web:\\udc00"'), /no image reference/],
    ['an image with a line break', one('"name": "app", "imageUri": "web:1\\nERROR all is lost"'), /holds white space/],
    [
      'an image with terminal colours',
      one('"name": "app", "imageUri": "\\u001b[31m.io/web:1"'),
      /the registry "\\u001b\[31m\.io" is not/,
    ],
    [
      'a name that a shell would evaluate',
      one('"name": "$(reboot)", "imageUri": "web:1"'),
      /is not a container's name/,
    ],
    [
      'a name that JSONPath would evaluate',
      one('"name": "$.release", "imageUri": "web:1"'),
      /is not a container's name/,
    ],
    ['an image that is a URL', one('"name": "app", "imageUri": "https://evil.example/web"'), /begins like a URL/],
    [
      'no fields of its own, but fields of the prototype',
      '[{"__proto__": {"name": "app", "imageUri": "web:1"}}]',
      /Entry 0 needs name as a text/,
    ],
    [
      'fields by way of its constructor',
      '[{"constructor": {"prototype": {"name": "app"}}}]',
      /Entry 0 needs name as a text/,
    ],
    ['thousands of errors', `[${Array(5000).fill('{}').join()}]`, /And 4985 more\./],
    ['bytes that are not UTF-8', Buffer.from([0x5b, 0xff, 0xfe, 0x5d]), /not UTF-8/],
  ])('%s', (_, text, message) => {
    const parse = () => parseImageDefinitions(Buffer.from(text as string));
    expect(parse).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
    );
    expect(parse).not.toThrow(/[^\n\x20-\x7e…]|.{5000}/s);
    expect({}).not.toHaveProperty('name');
  });

  it.each<[string, string, RegExp]>([
    [
      'a task definition with deep nesting',
      `{"family": "web", "containerDefinitions": ${deep(5000)}}`,
      /nests deeper than 64 levels/,
    ],
    ['a task definition that is too long', `{"family": "${'x'.repeat(65_536)}"}`, /ECS takes 65536 at most/],
    [
      'a task definition with fields of the prototype',
      '{"__proto__": {"family": "web", "containerDefinitions": [{"name": "app"}]}}',
      /it has no "family"/,
    ],
  ])('%s', (_, text, message) => {
    expect(() => parseTaskDefinitionFile(Buffer.from(text), 'taskdef.json')).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
    );
  });

  it('brackets inside a text do not count as nesting', () => {
    const text = one(`"name": "app", "imageUri": "web:1", "note": "${'[{'.repeat(500)} \\" ["`);
    expect(parseImageDefinitions(Buffer.from(text))).toEqual([{ name: 'app', imageUri: 'web:1' }]);
  });
});
