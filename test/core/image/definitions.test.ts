import { describe, expect, it } from 'vitest';
import { maxImageDefinitionsBytes, parseImageDefinitions } from '../../../core/image/definitions.ts';
import { parseJsonFile } from '../../../core/parsing/json-file.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));
const one = [{ name: 'app', imageUri: 'nginx:1' }];

describe('parseImageDefinitions', () => {
  it.each([
    ['one image', json(one), one],
    [
      'two images',
      json([...one, { name: 'log', imageUri: 'fluent/fluent-bit' }]),
      [...one, { name: 'log', imageUri: 'fluent/fluent-bit' }],
    ],
    ['a byte order mark', bytes(`\ufeff${JSON.stringify(one)}`), one],
    ['further fields, which are ignored', json([{ ...one[0], sizeInMb: 4 }]), one],
    [
      'a container called __proto__',
      bytes('[{"name":"__proto__","imageUri":"nginx"}]'),
      [{ name: '__proto__', imageUri: 'nginx' }],
    ],
    ['exactly as many bytes as allowed', bytes(JSON.stringify(one).padEnd(maxImageDefinitionsBytes)), one],
  ])('accepts %s', (_what, file, images) => {
    expect(parseImageDefinitions(file)).toEqual(images);
  });

  it.each([
    [
      'one byte too many',
      bytes(JSON.stringify(one).padEnd(maxImageDefinitionsBytes + 1)),
      '102401 bytes; at most 102400 (100 KB)',
    ],
    ['no bytes', bytes(''), 'is empty'],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${JSON.stringify(one)}`, 'utf16le'), 'UTF-16'],
    ['UTF-16 without', Buffer.from(JSON.stringify(one), 'utf16le'), 'UTF-16'],
    ['Latin-1', Buffer.from('[{"name":"caf\u00e9","imageUri":"nginx"}]', 'latin1'), 'not UTF-8'],
    [
      'a trailing comma',
      bytes('[{"name":"app","imageUri":"nginx"},\n]'),
      'not JSON: Value expected at line 2, column 1',
    ],
    ['an end that is missing', bytes('[{"name":"app"'), 'not JSON: Close brace expected at line 1'],
    ['a comment', bytes('// images\n[]'), 'not JSON: Invalid comment token at line 1, column 1'],
    ['an object', json(one[0]), 'It must be a list; found an object.'],
    ['null', bytes('null'), 'It must be a list; found null.'],
    ['an imageDetail.json', json({ ImageURI: 'nginx', ImageTags: ['1'] }), 'It is an imageDetail.json'],
    ['an empty list', json([]), 'The list is empty'],
    ['a text in the list', json(['nginx']), 'Entry 0 needs an object; found "nginx".'],
    [
      'a missing field',
      json([{ name: 'app', image: 'nginx' }]),
      'Entry 0 needs imageUri as a text; it has "name", "image".',
    ],
    ['an entry with nothing', json([{}]), 'Entry 0 needs name as a text and imageUri as a text; it has nothing.'],
    [
      'fields of another type',
      json([{ name: 1, imageUri: null }]),
      'Entry 0 needs name as a text (found 1) and imageUri as a text (found null); it has "name", "imageUri".',
    ],
    [
      'an empty image',
      json([{ name: 'app', imageUri: '' }]),
      'Entry 0 ("app"): the imageUri "" is no image reference: it is empty.',
    ],
    ['a name that no container can have', json([{ name: 'my app', imageUri: 'nginx' }]), 'the name "my app" is not'],
    ['a name twice', json([...one, ...one]), 'The name "app" occurs more than once.'],
    [
      '__proto__ twice',
      bytes('[{"name":"__proto__","imageUri":"a"},{"name":"__proto__","imageUri":"b"}]'),
      'The name "__proto__" occurs',
    ],
  ])('refuses %s', (_what, file, sentence) => {
    expect(() => parseImageDefinitions(file)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringContaining(sentence) }),
    );
  });

  it('reports all errors at once, with a correct example', () => {
    const file = json([{ name: 'app', imageUri: 'NGINX' }, {}, { name: 'app', imageUri: 'nginx' }]);
    expect(() => parseImageDefinitions(file, 'build/images.json')).toThrow(
      /^build\/images\.json is not valid\. Entry 0 .*capital letters.* Entry 1 needs .* The name "app" occurs more than once\. It must look like \[/,
    );
  });

  it('lists only as many errors as a console can show', () => {
    const file = json(Array.from({ length: 40 }, () => 'x'));
    expect(() => parseImageDefinitions(file)).toThrow(/Entry 14 needs an object; found "x"\. And 25 more\./);
  });
});

describe('parseJsonFile', () => {
  it('quotes nothing of a file that it cannot parse, because the message is logged', () => {
    expect(() => parseJsonFile('{"password": hunter2}', 'taskdef.json')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
