import { AwsError } from '../aws-error.ts';

/** Why a pattern is refused, in the words of PutRule. */
const invalid = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Test = (value: unknown) => boolean;

const text =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** `{"prefix": {"equals-ignore-case": "x"}}` or `{"prefix": "x"}`. */
function affix(of: unknown, cut: (value: string, length: number) => string): Test {
  const ignoring = isObject(of) ? of['equals-ignore-case'] : undefined;
  if (typeof ignoring === 'string') return text((value) => same(cut(value, ignoring.length), ignoring));
  if (typeof of === 'string') return text((value) => cut(value, of.length) === of);
  throw invalid('prefix and suffix must be a string');
}

/** `*` stands for any run of characters, `\*` and `\\` for themselves (…/eventbridge/latest/userguide/eb-create-pattern-operators.html). */
function wildcard(of: unknown): Test {
  if (typeof of !== 'string') throw invalid('wildcard must be a string');
  const escaped = of.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (found, literal?: string) => {
    if (literal !== undefined) return `\\${literal}`;
    return found === '*' ? '[\\s\\S]*' : `\\${found}`;
  });
  const expression = new RegExp(`^${escaped}$`);
  return text((value) => expression.test(value));
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["numeric", [">", 0, "<=", 5]]`: all comparisons hold. */
function numeric(of: unknown): Test {
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; Array.isArray(of) && index < of.length; index += 2) {
    const compare = comparisons[String(of[index])];
    const limit: unknown = of[index + 1];
    if (compare === undefined || typeof limit !== 'number') throw invalid('numeric takes comparisons with numbers');
    tests.push((value) => compare(value, limit));
  }
  if (tests.length === 0) throw invalid('numeric must be a non-empty array');
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function ignoringCase(of: unknown): Test {
  if (typeof of !== 'string') throw invalid('equals-ignore-case must be a string');
  return text((value) => same(value, of));
}

/** `anything-but` takes a value, a list of values, or one other operator with a value or a list. */
function anythingBut(of: unknown): Test {
  const [operator, operand] = isObject(of) ? (Object.entries(of)[0] ?? []) : [];
  const excluded =
    operator === undefined
      ? [of].flat().map(scalar)
      : [operand].flat().map((one: unknown) => alternative({ [operator]: one }));
  return (value) => value !== undefined && !excluded.some((test) => test(value));
}

const scalar = (of: unknown): Test => {
  if (typeof of === 'object' && of !== null) throw invalid('a value must be a string, a number, a boolean or null');
  return (value) => value === of;
};

const operators: Record<string, (of: unknown) => Test> = {
  prefix: (of) => affix(of, (value, length) => value.slice(0, length)),
  suffix: (of) => affix(of, (value, length) => value.slice(Math.max(0, value.length - length))),
  'equals-ignore-case': ignoringCase,
  'anything-but': anythingBut,
  wildcard,
  numeric,
  exists: (of) => (value) => (value !== undefined) === (of === true),
};

/** One entry of a leaf's array: a value that must be equal, or an operator. */
function alternative(of: unknown): Test {
  if (!isObject(of)) return scalar(of);
  const [[name, operand] = ['', undefined], ...more] = Object.entries(of);
  const operator = operators[name];
  if (operator === undefined || more.length > 0) throw invalid(`Unrecognized match type ${name}`);
  return operator(operand);
}

/** A field of the event is matched by any of its values, if it is an array. */
const leaf = (alternatives: unknown[]): Test => {
  if (alternatives.length === 0) throw invalid('Empty arrays are not allowed');
  const tests = alternatives.map(alternative);
  return (value) => {
    const values: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
    return values.some((one) => tests.some((test) => test(one)));
  };
};

function compiled(pattern: Record<string, unknown>): Test {
  const fields = Object.entries(pattern).map(([name, of]): Test => {
    if (name === '$or' && Array.isArray(of)) {
      const either = of.filter(isObject).map(compiled);
      return (value) => either.some((test) => test(value));
    }
    if (!Array.isArray(of) && !isObject(of)) throw invalid(`"${name}" must be an object or an array`);
    const test = Array.isArray(of) ? leaf(of) : compiled(of);
    return (value) => test(isObject(value) ? value[name] : undefined);
  });
  if (fields.length === 0) throw invalid('Empty objects are not allowed');
  return (value) =>
    Array.isArray(value) ? value.some((one) => fields.every((test) => test(one))) : fields.every((test) => test(value));
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

/** Makes the text of an event pattern into a test of events. Throws InvalidEventPatternException; `cidr` is not covered. */
export function eventPattern(source: string): (event: unknown) => boolean {
  const pattern = parsed(source);
  if (!isObject(pattern)) throw invalid('Filter is not an object');
  return compiled(pattern);
}
