import { afterEach, expect, test } from 'vitest';
import { injectFaults } from '../../local/faults.ts';
import {
  clock,
  cloud,
  createFunction,
  createTestMachine,
  readHistory,
  startMachine,
  taskDefinition,
  waitForEnd,
} from './state-machines.ts';

afterEach(() => {
  delete cloud.faultHooks;
});

const contextFields = { 'name.$': '$$.State.Name', 'at.$': '$$.State.EnteredTime', 'retries.$': '$$.State.RetryCount' };
const at = (ms: number) => new Date(clock.now() + ms).toISOString();

test("the context object has the state's name and when it was entered", async () => {
  const Choices = [{ Variable: '$$.State.Name', StringEquals: 'Choose', Next: 'Second' }];
  const arn = await createTestMachine({
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Parameters: contextFields, ResultPath: '$.first', Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 30, Next: 'Choose' },
      Choose: { Type: 'Choice', Choices },
      Second: { Type: 'Pass', Parameters: contextFields, ResultPath: '$.second', End: true },
    },
  });
  const expected = {
    first: { name: 'First', at: at(0), retries: 0 },
    second: { name: 'Second', at: at(30_000), retries: 0 },
  };
  expect(JSON.parse((await waitForEnd(await startMachine(arn))).output!)).toEqual(expected);
});

test('retries are counted for one entry of a state, and start at 0 for the next entry', async () => {
  const arn = await createTestMachine({
    StartAt: 'Act',
    States: {
      Act: {
        Type: 'Task',
        Resource: createFunction(),
        Parameters: { do: 'fail', times: 3, contextFields },
        Retry: [
          { ErrorEquals: ['SystemUnavailable'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 1 },
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 10 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Act' }],
        End: true,
      },
    },
  });
  const start = clock.now();
  const execution = await startMachine(arn);
  expect((await waitForEnd(execution)).output).toBe('{"calls":4}');
  const asked = (await readHistory(execution)).flatMap(({ lambdaFunctionScheduledEventDetails: details }) =>
    details === undefined ? [] : [JSON.parse(details.input!).contextFields],
  );
  const entry = (seconds: number, retries: number) => {
    const entered = new Date(start + seconds * 1000).toISOString();
    return { name: 'Act', at: entered, retries };
  };
  expect(asked).toEqual([entry(0, 0), entry(0, 1), entry(10, 0), entry(10, 1)]);
});

test('branches and iterations have their own states in the context object, and the same execution', async () => {
  const inner = (name: string, wait: number) => ({
    StartAt: `${name} waits`,
    States: {
      [`${name} waits`]: { Type: 'Wait', Seconds: wait, Next: name },
      [name]: {
        ...{ Type: 'Pass', End: true },
        Parameters: { ...contextFields, 'began.$': '$$.Execution.StartTime', 'given.$': '$$.Execution.Input' },
      },
    },
  });
  const arn = await createTestMachine({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 5, Next: 'Both' },
      Both: { Type: 'Parallel', Branches: [inner('One', 20), inner('Other', 10)], ResultPath: '$.both', Next: 'Each' },
      Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: inner('Item', 1), ResultPath: '$.each', End: true },
    },
  });
  const given = { items: [1, 2] };
  const common = { retries: 0, began: at(0), given };
  const expected = {
    ...given,
    both: [
      { ...common, name: 'One', at: at(25_000) },
      { ...common, name: 'Other', at: at(15_000) },
    ],
    each: [
      { ...common, name: 'Item', at: at(26_000) },
      { ...common, name: 'Item', at: at(26_000) },
    ],
  };
  expect(JSON.parse((await waitForEnd(await startMachine(arn, given))).output!)).toEqual(expected);
});

test('without waitForTaskToken there is no token', async () => {
  const arn = await createTestMachine(
    taskDefinition(createFunction(), { Parameters: { do: 'nothing', 'token.$': '$$.Task.Token' } }),
  );
  const { status, error, cause } = await waitForEnd(await startMachine(arn));
  expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
  expect(cause).toContain('$$.Task.Token');
});

test.each([
  ['60 s', { TimeoutSeconds: 60 }],
  ["the seconds in the state's own input", { TimeoutSecondsPath: '$.plan.seconds' }],
])('a function that starts too late for %s is not waited for', async (_, more) => {
  const Resource = createFunction();
  const words = [Resource.split(':').at(-1)!];
  injectFaults(cloud, { faults: [{ to: 'run', words, nth: 1, times: 1, what: 'late', seconds: 61 }] });
  const Retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 100 }];
  const arn = await createTestMachine(taskDefinition(Resource, { Parameters: { do: 'count' }, Retry, ...more }));
  const before = clock.now();
  const execution = await startMachine(arn, { plan: { seconds: 60 } });
  expect((await waitForEnd(execution)).output).toBe('{"calls":2}');
  expect(clock.now() - before).toBe(160_000);
  const attempts = (await readHistory(execution)).slice(2, -2);
  expect(attempts.map(({ type }) => type)).toEqual([
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionTimedOut'],
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded'],
  ]);
  expect(attempts[0]!.lambdaFunctionScheduledEventDetails).toMatchObject({ timeoutInSeconds: 60 });
  expect(attempts[2]!.lambdaFunctionTimedOutEventDetails).toEqual({ error: 'States.Timeout' });
});

test('a function that never runs is an error for the state that waits for it, and not a result', async () => {
  const Resource = createFunction();
  const words = [Resource.split(':').at(-1)!];
  injectFaults(cloud, { faults: [{ to: 'run', words, nth: 1, times: 1, what: 'never' }] });
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1 }];
  const execution = await startMachine(
    await createTestMachine(taskDefinition(Resource, { Parameters: { do: 'count' }, Retry })),
  );
  expect(await waitForEnd(execution)).toMatchObject({ status: 'SUCCEEDED', output: '{"calls":1}' });
  expect((await readHistory(execution)).map(({ type }) => type)).toContain('LambdaFunctionFailed');
});

test('a path to a time-out that does not exist ends the execution', async () => {
  const arn = await createTestMachine(
    taskDefinition(createFunction(), { Parameters: { do: 'nothing' }, TimeoutSecondsPath: '$.plan.seconds' }),
  );
  const without = await waitForEnd(await startMachine(arn, {}));
  expect(without).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(without.cause).toContain('$.plan.seconds');
});

test.each([
  ['IsPresent', undefined, 'nothing', true],
  ['IsPresent', undefined, null, false],
  ['IsNull', null, 1, true],
  ['IsNull', null, null, false],
  ['IsString', 'word', 12, true],
  ['IsBoolean', true, false, false],
])('%s: false chooses the opposite of true', async (test_, _, value, chosen) => {
  const Choices = [
    {
      Next: 'Chosen',
      Or: [{ And: [{ Variable: '$.value', [test_]: false }, { Not: { Variable: '$.never', IsPresent: true } }] }],
    },
  ];
  const States = {
    Choose: { Type: 'Choice', Choices, Default: 'Default' },
    Chosen: { Type: 'Pass', Parameters: { chosen: true }, End: true },
    Default: { Type: 'Pass', Parameters: { chosen: false }, End: true },
  };
  const input = value === 'nothing' ? {} : { value };
  const { output } = await waitForEnd(
    await startMachine(await createTestMachine({ StartAt: 'Choose', States }), input),
  );
  expect(JSON.parse(output!)).toEqual({ chosen });
});
