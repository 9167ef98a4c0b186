import { expect, it } from 'vitest';
import { parseJsonExactly } from '../../../core/parsing/exact-json.ts';

it.each(['9007199254740993', '1.0', '1e3', '-0', '0.10', '12345678901234567890.5', '42', '0.5', '-7'])(
  'writes the number %s as it was read',
  (number) => {
    const text = `{"a":[{"b":${number}}],"x${number}":"${number}"}`;
    expect(JSON.stringify(parseJsonExactly(text))).toBe(text);
  },
);

it.each(['{"":null,"a":[],"b":"","c":{},"d":[null,"",[]]}', '"é\\\\\\"\\u0001"', '{"__proto__":{"x":1.0}}'])(
  'writes %s as it was read',
  (text) => {
    expect(JSON.stringify(parseJsonExactly(text))).toBe(text);
  },
);

it('reads an ordinary number as a number', () => {
  expect(parseJsonExactly('{"revision":7}')).toEqual({ revision: 7 });
});

it('throws SyntaxError for text that is not JSON', () => {
  expect(() => parseJsonExactly('{"a":1,}')).toThrow(SyntaxError);
});
