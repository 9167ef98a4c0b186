import { describe, expect, it } from 'vitest';
import { maxImageDefinitionsBytes, parseImageDefinitions } from '../../core/image/definitions.ts';
import { parseTaskDefinitionFile } from '../../core/task-definition/file.ts';

const deep = (levels: number, inside = '') => '['.repeat(levels) + inside + ']'.repeat(levels);
const long = 'x'.repeat(maxImageDefinitionsBytes - 100);
const one = (fields: string) => `[{${fields}}]`;

describe('a document of the artifact is refused, in a message that fits anywhere, that is', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['a bomb of brackets', deep(50_000), /nests deeper than 64 levels/],
    ['a bomb of brackets that never close', '['.repeat(100_000), /nests deeper than 64 levels/],
    ['a bomb of objects', '{"a":'.repeat(20_000), /nests deeper than 64 levels/],
    ['deep where nobody looks', one(`"name": "app", "imageUri": "web:1", "more": ${deep(100)}`), /nests deeper/],
    ['larger than it may be', ' '.repeat(maxImageDefinitionsBytes + 1), /at most 102400 \(100 KB\)/],
    ['a long name', one(`"name": "${long}", "imageUri": "web:1"`), /the name "x+… is not a container's name/],
    ['a long image', one(`"name": "app", "imageUri": "${long}"`), /its name is longer than 255 characters/],
    ['a long image that is wrong', one(`"name": "app", "imageUri": "X${long}"`), /has capital letters/],
    ['half a pair of surrogates', one('"name": "app\\ud800", "imageUri": "web:1"'), /the name "app\\ud800" is not/],
    ['half a pair in the image', one('"name": "app", "imageUri": "web:\\udc00"'), /no image reference/],
    ['an image with a line break', one('"name": "app", "imageUri": "web:1\\nERROR all is lost"'), /holds white space/],
    [
      'an image with colours',
      one('"name": "app", "imageUri": "\\u001b[31m.io/web:1"'),
      /the registry "\\u001b\[31m\.io" is not/,
    ],
    ['a name for a shell', one('"name": "$(reboot)", "imageUri": "web:1"'), /is not a container's name/],
    ['a name for JSONPath', one('"name": "$.release", "imageUri": "web:1"'), /is not a container's name/],
    ['an image that is a URL', one('"name": "app", "imageUri": "https://evil.example/web"'), /begins like a URL/],
    [
      'without its fields, but with those of all objects',
      '[{"__proto__": {"name": "app", "imageUri": "web:1"}}]',
      /Entry 0 needs name as a text/,
    ],
    [
      'the same, by its constructor',
      '[{"constructor": {"prototype": {"name": "app"}}}]',
      /Entry 0 needs name as a text/,
    ],
    ['a thousand mistakes', `[${Array(5000).fill('{}').join()}]`, /And 4985 more\./],
    ['bytes of no text', Buffer.from([0x5b, 0xff, 0xfe, 0x5d]), /not UTF-8/],
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
      'a task definition that nests',
      `{"family": "web", "containerDefinitions": ${deep(5000)}}`,
      /nests deeper than 64 levels/,
    ],
    ['one that is too long', `{"family": "${'x'.repeat(65_536)}"}`, /ECS takes 65536 at most/],
    [
      'one whose fields are those of all objects',
      '{"__proto__": {"family": "web", "containerDefinitions": [{"name": "app"}]}}',
      /it has no "family"/,
    ],
  ])('%s', (_, text, message) => {
    expect(() => parseTaskDefinitionFile(Buffer.from(text), 'taskdef.json')).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
    );
  });

  it('but brackets in a text are no levels', () => {
    const text = one(`"name": "app", "imageUri": "web:1", "note": "${'[{'.repeat(500)} \\" ["`);
    expect(parseImageDefinitions(Buffer.from(text))).toEqual([{ name: 'app', imageUri: 'web:1' }]);
  });
});
