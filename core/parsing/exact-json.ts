/** ECMAScript's JSON source text access, in Node since 22 but not in TypeScript's ES2024 library (github.com/tc39/proposal-json-parse-with-source). */
declare global {
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
    rawJSON(text: string): object;
  }
}

// Node 20 passes no source, so on Node 20 numbers are JavaScript's. Only the command line runs on Node 20.
const keepExactNumber = (_key: string, value: unknown, { source }: { source?: string } = {}): unknown =>
  typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;

/** Like JSON.parse, but a number that JavaScript would write differently (2^53 + 1, `1.0`, `1e3`) keeps its text for `JSON.stringify`. Only integer keys change position. Throws SyntaxError. */
export const parseJsonExactly = (text: string): unknown => JSON.parse(text, keepExactNumber);
