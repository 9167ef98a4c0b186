import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundleFunctions } from '../../bundle/functions.ts';
import { installTestFunction, invokeFunction } from './functions.ts';

test.each([
  [
    'an error is returned with its name, its message and its stack',
    { do: 'refuse' },
    'ConfigurationError',
    'the file is missing',
  ],
  ['a thrown value that is no error is returned with its type', { do: 'word' }, 'string', 'a mere word'],
])('%s', async (_, event, errorType, errorMessage) => {
  installTestFunction('errors');
  const answer = await invokeFunction('errors', event);
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(answer.value).toMatchObject({ errorType, errorMessage, trace: expect.any(Array) });
});

test.each([
  ['a process that exits with a code', { do: 'exit', code: 3 }, 'Error: Runtime exited with error: exit status 3'],
  ['a process that exits without one', { do: 'exit', code: 0 }, 'Error: Runtime exited without providing a reason'],
  ['a function that needs more memory than it has', { do: 'hog' }, 'Error: Runtime exited with error: signal: killed'],
  ['an error thrown outside the handler', { do: 'later' }, 'Error: Runtime exited with error: exit status 1'],
])('%s is Runtime.ExitError, and the next invocation gets a new environment', async (_, event, reason) => {
  installTestFunction('exits');
  const { value, FunctionError } = await invokeFunction('exits', event);
  expect(FunctionError).toBe('Unhandled');
  expect(value.errorType).toBe('Runtime.ExitError');
  expect(value.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} /);
  expect(value.errorMessage).toContain(reason);
  expect((await invokeFunction('exits', { do: 'count' })).value).toEqual({ calls: 1 });
});

test.each([
  [
    'that is not exported',
    { handler: 'stage.other' },
    'Runtime.HandlerNotFound',
    'stage.other is undefined or not exported',
  ],
  [
    'whose module throws',
    { file: `${import.meta.dirname}/fixtures/broken.mjs` },
    'ConfigurationError',
    'no such setting',
  ],
])('a handler %s fails each invocation with the reason', async (_, more, errorType, errorMessage) => {
  installTestFunction('unborn', 30, more);
  for (const _time of ['first', 'second'])
    expect((await invokeFunction('unborn', {})).value).toMatchObject({ errorType, errorMessage });
});

test('a function that does not return is ended at its time-out', async () => {
  installTestFunction('slow', 0.3);
  const { value } = await invokeFunction('slow', { do: 'hang' });
  expect(value.errorType).toBe('Sandbox.Timedout');
  expect(value.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.30 seconds$/);
  expect((await invokeFunction('slow', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('an answer over 6 MB is a function error', async () => {
  installTestFunction('answers');
  const { value } = await invokeFunction('answers', { do: 'large', bytes: 6 * 1024 * 1024 });
  expect(value.errorType).toBe('Function.ResponseSizeTooLarge');
});

const outdir = mkdtempSync(join(tmpdir(), 'gantry-failures-'));
afterAll(() => rmSync(outdir, { recursive: true }));

test.each([
  ['names the lines of our sources', { NODE_OPTIONS: '--enable-source-maps' }, /fixtures\/failing\.ts:4:\d+\)$/],
  ['names the lines of the bundle without NODE_OPTIONS', {}, /failing\/failing\.mjs:\d+:\d+\)$/],
])('the stack trace of a bundled function %s', async (name, environment, line) => {
  const { failing } = await bundleFunctions({ files: ['test/local/fixtures/failing.ts'], outdir });
  installTestFunction(name.replaceAll(' ', '-'), 30, { file: failing!.file, handler: 'failing.handler', environment });
  const { value } = await invokeFunction(name.replaceAll(' ', '-'), {});
  expect(value).toMatchObject({ errorType: 'Error', errorMessage: 'refused' });
  expect(value.trace[1]).toMatch(line);
});
