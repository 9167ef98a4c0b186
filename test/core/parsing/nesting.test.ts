import { describe, expect, it } from 'vitest';
import { isNestedTooDeeply } from '../../../core/parsing/nesting.ts';

const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);

describe('a JSON text nests too deeply', () => {
  it.each([
    ['64 levels of lists', nested(64), false],
    ['65 levels of lists', nested(65), true],
    ['65 levels of objects', nested(65, '{"a":', '}'), true],
    ['brackets in a string', `["${'['.repeat(100)}"]`, false],
    ['brackets in a string after an escaped quotation mark', `["\\"${'['.repeat(100)}"]`, false],
    ['brackets after a string that ends in a backslash', `["\\\\",${nested(65)}]`, true],
    ['brackets on the line after an unterminated string', `"\n${nested(65)}`, true],
    ['many lists beside each other', '[],'.repeat(1000), false],
    ['an empty text', '', false],
  ])('with %s', (_, text, deep) => {
    expect(isNestedTooDeeply(text)).toBe(deep);
  });
});

/** Returns how many characters the check reads, counting repeated reads. */
function countReads(text: string): number {
  let reads = 0;
  const counted = new Proxy(Object(text), {
    get(target, name) {
      if (/^\d+$/.test(String(name))) reads += 1;
      return Reflect.get(target, name);
    },
  });
  isNestedTooDeeply(counted as string);
  return reads;
}

it.each([
  ['quotation marks', '"'],
  ['brackets that open and close', '[]'],
  ['unterminated strings', '"[\n'],
  ['backslashes', '"\\'],
  ['quotation marks and brackets', '"[]'],
])('reads each character of 100 KB of %s at most twice', (_, part) => {
  const text = part.repeat(100_000 / part.length);
  expect(countReads(text)).toBeLessThanOrEqual(2 * text.length);
});
