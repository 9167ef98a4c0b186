import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFile } from '../../core/artifact/zip.ts';
import { isFailureType } from '../../core/errors/failure.ts';
import { parseImageDefinitions } from '../../core/image/definitions.ts';
import { parseImageReference } from '../../core/image/reference.ts';
import { extractLogKeys } from '../../core/reporting/log-keys.ts';
import { parseOfferedJob } from '../../core/request/job.ts';
import { parseTaskDefinitionFile } from '../../core/task-definition/file.ts';
import { failedVerdict, updatedExecution } from '../core/reporting/execution-data-examples.ts';
import { createZip } from '../zip.ts';
import { actionProperties, jobInput } from './attempts.ts';

Object.assign(process.env, {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  AWS_MAX_ATTEMPTS: '1',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111111111111:stateMachine:deploy',
  PROVIDER: 'Gantry',
  VERSIONS: '1',
  TABLE: 'ledger',
});

/** A fixed seed, unless one is given. fast-check prints the seed with the smallest failing case. */
const seed = Number(process.env.SEED ?? 20261123);
const runs = Number(process.env.RUNS ?? 60);
/** A case that takes longer than this counts as hanging, in ms. */
const longest = 5000;

const { execution, rollBack: _, ...executionData } = updatedExecution({ verdict: failedVerdict });
const until = '2026-11-23T10:03:00.000Z';
const parts = {
  ...jobInput(actionProperties),
  acknowledged: { status: 'InProgress' },
  ...executionData,
  lease: { status: 'held', fence: 1, until },
  rollback: { did: 'updated', sentence: 'It goes back.', deploymentId: 'ecs-svc/3' },
  error: { Error: 'States.TaskFailed', Cause: '{"errorMessage": "no"}' },
};
const ended = {
  executionArn: execution,
  status: 'FAILED',
  startDate: 0,
  input: JSON.stringify(jobInput(actionProperties)),
};
const whole = {
  execution,
  started: until,
  input: parts,
  'detail-type': 'Step Functions Execution Status Change',
  detail: ended,
  'CodePipeline.job': { id: 'j', data: { actionConfiguration: { configuration: { UserParameters: '{}' } } } },
};

type Path = (string | number)[];
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
    : [path];

function changed(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value) ? Object.assign([], value) : { ...Object(value) };
  copy[step] = changed(copy[step], rest, by);
  return copy;
}

const odd = fc.constantFrom<unknown>(
  '',
  '__proto__',
  '\ud800',
  'x'.repeat(1_000_000),
  -0,
  1e308,
  JSON.parse('{"__proto__": {"a": 1}}'),
  JSON.parse(`${'['.repeat(9999)}${']'.repeat(9999)}`),
);
const anything = fc.oneof(fc.jsonValue(), odd);
/** Events of a state in which a few parts are replaced. Most of these events pass many checks of the function. */
const event = fc.oneof(
  { weight: 1, arbitrary: anything },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...pathsOf(whole)), anything), { minLength: 1, maxLength: 3 })
      .map((changes) => changes.reduce<unknown>((given, [path, by]) => changed(given, path, by), whole)),
  },
);

const root = join(import.meta.dirname, '..', '..');
const handlers = globSync('functions/*.ts', { cwd: root }).map(
  (file) => [basename(file, '.ts'), join(root, file)] as const,
);

/** Checks that a case throws nothing, or one of Gantry's errors with a message of limited length. */
async function outcome(run: () => unknown): Promise<string> {
  const begin = performance.now();
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (performance.now() - begin > longest) return `took ${performance.now() - begin} ms`;
  if (error === undefined) return 'fine';
  if (!(error instanceof Error) || !isFailureType(error.name))
    return `an error that is none of ours: ${error instanceof Error ? error.stack : error}`;
  return error.message.length > 10_000 ? `a message of ${error.message.length} characters` : 'fine';
}

const holds = <T>(arbitrary: fc.Arbitrary<T>, run: (given: T) => unknown, numRuns = runs) =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (given) => {
      expect(await outcome(() => run(given))).toBe('fine');
    }),
    { seed, numRuns },
  );

describe("for any event, a handler returns or throws one of Gantry's error codes", () => {
  it.each(handlers)('%s', async (_, file) => {
    const { handler } = await import(file);
    await holds(event, (given) => handler(given, { functionName: 'the handler' }));
  });
});

const bytes = fc.uint8Array({ maxLength: 500 });
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.json().map((json) => `[${json}`),
);
const document = fc.oneof(
  bytes,
  text.map((json) => Buffer.from(json)),
);
const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 });

describe("for any bytes, a parser returns or throws one of Gantry's error codes", () => {
  const many = 10 * runs;

  it('imagedefinitions.json', () => holds(document, (given) => parseImageDefinitions(given), many));

  it('a list in the form of image definitions', () => {
    const entry = fc.record({ name: fc.jsonValue(), imageUri: text }, { requiredKeys: [] });
    return holds(fc.array(entry), (list) => parseImageDefinitions(Buffer.from(JSON.stringify(list))), many);
  });

  it('a task definition', () => holds(document, (given) => parseTaskDefinitionFile(given, 'taskdef.json'), many));

  it('an image reference', () => holds(text, parseImageReference, many));

  it('the log keys of an event', () => holds(event, extractLogKeys, many));

  it('a polled job', () => holds(anything, parseOfferedJob, many));

  it('bytes that are no zip', () =>
    holds(bytes, (given) => extractFile(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), given]), 'a.json'), many));

  it('a zip with changed bytes', async () => {
    const zip = Buffer.from(
      await createZip({ path: 'a.json', content: '[]' }, { path: 'b/c.json', content: 'x'.repeat(99) }),
    );
    await holds(
      edits,
      (given) => {
        const broken = Buffer.from(zip);
        for (const [at, value] of given) broken[at % broken.length] = value;
        return extractFile(broken, 'a.json');
      },
      many,
    );
  });
});
