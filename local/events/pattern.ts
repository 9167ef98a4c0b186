import { AwsError } from '../aws-error.ts';

/** The error of PutRule for an invalid pattern, in AWS's wording. */
const invalidPattern = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Matcher = (value: unknown) => boolean;

const matchString =
  (test: (value: string) => boolean): Matcher =>
  (value) =>
    typeof value === 'string' && test(value);

const equalsIgnoringCase = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The operand is `{"prefix": {"equals-ignore-case": "x"}}` or `{"prefix": "x"}`. */
function matchAffix(expected: unknown, cut: (value: string, length: number) => string): Matcher {
  const ignoring = isObject(expected) ? expected['equals-ignore-case'] : undefined;
  if (typeof ignoring === 'string')
    return matchString((value) => equalsIgnoringCase(cut(value, ignoring.length), ignoring));
  if (typeof expected === 'string') return matchString((value) => cut(value, expected.length) === expected);
  throw invalidPattern('prefix and suffix must be a string');
}

/**
 * `*` matches any sequence of characters, `\*` and `\\` match themselves
 * (…/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 */
function matchWildcard(expected: unknown): Matcher {
  if (typeof expected !== 'string') throw invalidPattern('wildcard must be a string');
  const escaped = expected.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (found, literal?: string) => {
    if (literal !== undefined) return `\\${literal}`;
    return found === '*' ? '[\\s\\S]*' : `\\${found}`;
  });
  const expression = new RegExp(`^${escaped}$`);
  return matchString((value) => expression.test(value));
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["numeric", [">", 0, "<=", 5]]`: all comparisons must hold. */
function matchNumeric(expected: unknown): Matcher {
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; Array.isArray(expected) && index < expected.length; index += 2) {
    const compare = comparisons[String(expected[index])];
    const limit: unknown = expected[index + 1];
    if (compare === undefined || typeof limit !== 'number')
      throw invalidPattern('numeric takes comparisons with numbers');
    tests.push((value) => compare(value, limit));
  }
  if (tests.length === 0) throw invalidPattern('numeric must be a non-empty array');
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function matchIgnoringCase(expected: unknown): Matcher {
  if (typeof expected !== 'string') throw invalidPattern('equals-ignore-case must be a string');
  return matchString((value) => equalsIgnoringCase(value, expected));
}

/** `anything-but` takes a value, a list of values, or one other operator with a value or a list. */
function matchAnythingBut(expected: unknown): Matcher {
  const [operator, operand] = isObject(expected) ? (Object.entries(expected)[0] ?? []) : [];
  const excluded =
    operator === undefined
      ? [expected].flat().map(matchScalar)
      : [operand].flat().map((one: unknown) => matchAlternative({ [operator]: one }));
  return (value) => value !== undefined && !excluded.some((test) => test(value));
}

const matchScalar = (expected: unknown): Matcher => {
  if (typeof expected === 'object' && expected !== null)
    throw invalidPattern('a value must be a string, a number, a boolean or null');
  return (value) => value === expected;
};

const operators: Record<string, (expected: unknown) => Matcher> = {
  prefix: (expected) => matchAffix(expected, (value, length) => value.slice(0, length)),
  suffix: (expected) => matchAffix(expected, (value, length) => value.slice(Math.max(0, value.length - length))),
  'equals-ignore-case': matchIgnoringCase,
  'anything-but': matchAnythingBut,
  wildcard: matchWildcard,
  numeric: matchNumeric,
  exists: (expected) => (value) => (value !== undefined) === (expected === true),
};

/** One entry of a leaf's array: a value to be equal to, or an operator. */
function matchAlternative(expected: unknown): Matcher {
  if (!isObject(expected)) return matchScalar(expected);
  const [[name, operand] = ['', undefined], ...more] = Object.entries(expected);
  const operator = operators[name];
  if (operator === undefined || more.length > 0) throw invalidPattern(`Unrecognized match type ${name}`);
  return operator(operand);
}

/** If a field of the event is an array, one matching element is enough. */
const matchLeaf = (alternatives: unknown[]): Matcher => {
  if (alternatives.length === 0) throw invalidPattern('Empty arrays are not allowed');
  const tests = alternatives.map(matchAlternative);
  return (value) => {
    const values: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
    return values.some((one) => tests.some((test) => test(one)));
  };
};

function compilePattern(pattern: Record<string, unknown>): Matcher {
  const fields = Object.entries(pattern).map(([name, expected]): Matcher => {
    if (name === '$or' && Array.isArray(expected)) {
      const either = expected.filter(isObject).map(compilePattern);
      return (value) => either.some((test) => test(value));
    }
    if (!Array.isArray(expected) && !isObject(expected))
      throw invalidPattern(`"${name}" must be an object or an array`);
    const test = Array.isArray(expected) ? matchLeaf(expected) : compilePattern(expected);
    return (value) => test(isObject(value) ? value[name] : undefined);
  });
  if (fields.length === 0) throw invalidPattern('Empty objects are not allowed');
  return (value) =>
    Array.isArray(value) ? value.some((one) => fields.every((test) => test(one))) : fields.every((test) => test(value));
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw invalidPattern(error instanceof Error ? error.message : String(error));
  }
}

/** Compiles the text of an event pattern to a predicate on events. Throws InvalidEventPatternException; `cidr` is not supported. */
export function compileEventPattern(source: string): (event: unknown) => boolean {
  const pattern = parseJson(source);
  if (!isObject(pattern)) throw invalidPattern('Filter is not an object');
  return compilePattern(pattern);
}
