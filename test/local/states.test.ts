import { expect, test } from 'vitest';
import { buildAccountId } from '../start.ts';
import {
  clock,
  cloud,
  createFunction,
  createTestMachine,
  machineRole,
  readHistory,
  startMachine,
  taskDefinition,
  waitForEnd,
} from './state-machines.ts';

test("a task calls its function with the state's input, and the history has AWS's event types", async () => {
  const arn = await createTestMachine(
    taskDefinition(createFunction(), {
      Parameters: { do: 'nothing', 'execution.$': '$$.Execution.Id', 'name.$': '$$.Execution.Name', 'input.$': '$' },
      ResultPath: '$.result',
    }),
  );
  const execution = await startMachine(arn, { a: 1 }, 'told');
  const { status, output } = await waitForEnd(execution);
  expect([status, output]).toEqual(['SUCCEEDED', '{"a":1,"result":null}']);
  const history = await readHistory(execution);
  expect(history.map(({ type, id, previousEventId }) => [type, id, previousEventId])).toEqual([
    ['ExecutionStarted', 1, 0],
    ['TaskStateEntered', 2, 0],
    ['LambdaFunctionScheduled', 3, 2],
    ['LambdaFunctionStarted', 4, 3],
    ['LambdaFunctionSucceeded', 5, 4],
    ['TaskStateExited', 6, 5],
    ['ExecutionSucceeded', 7, 6],
  ]);
  expect(history[0]!.executionStartedEventDetails).toMatchObject({ input: '{"a":1}', roleArn: machineRole });
  expect(history[1]!.stateEnteredEventDetails).toMatchObject({ name: 'Act', input: '{"a":1}' });
  expect(JSON.parse(history[2]!.lambdaFunctionScheduledEventDetails!.input!)).toEqual({
    do: 'nothing',
    execution,
    name: 'told',
    input: { a: 1 },
  });
  expect(history[5]!.stateExitedEventDetails).toMatchObject({ name: 'Act', output: '{"a":1,"result":null}' });
});

test("a task is called with a session of the state machine's role", async () => {
  const arn = await createTestMachine(taskDefinition(createFunction(), { Parameters: { do: 'nothing' } }));
  await waitForEnd(await startMachine(arn, {}, 'as-role'));
  expect(cloud.authorizations.findLast(({ action }) => action === 'lambda:InvokeFunction')).toMatchObject({
    principal: `arn:aws:sts::${buildAccountId}:assumed-role/machine/as-role`,
  });
});

test("a caught error has its name as Error and Lambda's report as Cause", async () => {
  const arn = await createTestMachine(
    taskDefinition(createFunction(), {
      Parameters: { do: 'refuse' },
      Catch: [{ ErrorEquals: ['ConfigurationError'], ResultPath: '$.error', Next: 'Caught' }],
    }),
  );
  const { output } = await waitForEnd(await startMachine(arn));
  const { error } = JSON.parse(output!);
  expect(error.Error).toBe('ConfigurationError');
  expect(JSON.parse(error.Cause)).toEqual({
    errorType: 'ConfigurationError',
    errorMessage: 'the file is missing',
    trace: expect.arrayContaining([expect.stringContaining('the file is missing')]),
  });
});

test('an error that is not caught fails the execution, and the last event names it', async () => {
  const arn = await createTestMachine(taskDefinition(createFunction(), { Parameters: { do: 'refuse' } }));
  const execution = await startMachine(arn);
  const { status, error, cause, stopDate } = await waitForEnd(execution);
  expect([status, error, JSON.parse(cause!).errorMessage]).toEqual([
    'FAILED',
    'ConfigurationError',
    'the file is missing',
  ]);
  expect(stopDate).toBeInstanceOf(Date);
  const last = (await readHistory(execution)).slice(-2);
  expect(last.map(({ type }) => type)).toEqual(['LambdaFunctionFailed', 'ExecutionFailed']);
  expect(last[1]!.executionFailedEventDetails).toEqual({ error, cause });
});

test('a retry backs off in simulated time, and every attempt is in the history', async () => {
  const Retry = [{ ErrorEquals: ['SystemUnavailable'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 3 }];
  const arn = await createTestMachine(
    taskDefinition(createFunction(), { Parameters: { do: 'fail', times: 2 }, Retry }),
  );
  const before = clock.now();
  const execution = await startMachine(arn);
  expect(JSON.parse((await waitForEnd(execution)).output!)).toEqual({ calls: 3 });
  expect(clock.now() - before).toBe((10 + 30) * 1000);
  const types = (await readHistory(execution)).map(({ type }) => type);
  const attempt = ['LambdaFunctionScheduled', 'LambdaFunctionStarted'];
  expect(types.slice(2, -2)).toEqual([
    ...[...attempt, 'LambdaFunctionFailed'],
    ...[...attempt, 'LambdaFunctionFailed'],
    ...[...attempt, 'LambdaFunctionSucceeded'],
  ]);
});

test("full jitter uses the cloud's random numbers", async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' }];
  const arn = await createTestMachine(
    taskDefinition(createFunction(), { Parameters: { do: 'fail', times: 1 }, Retry }),
  );
  const before = clock.now();
  await waitForEnd(await startMachine(arn));
  expect(clock.now() - before).toBeGreaterThan(0);
  expect(clock.now() - before).toBeLessThan(100_000);
});

test('a wait of the seconds in the data takes simulated time and no wall-clock time', async () => {
  const arn = await createTestMachine({
    StartAt: 'Look away',
    States: {
      'Look away': { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Enough?' },
      'Enough?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.seconds', NumericGreaterThan: 60, Next: 'Done' }],
        Default: 'Short',
      },
      Done: { Type: 'Succeed' },
      Short: { Type: 'Fail', Error: 'Short', Cause: 'too short' },
    },
  });
  const [before, wall] = [clock.now(), performance.now()];
  const execution = await startMachine(arn, { seconds: 3600 });
  expect((await waitForEnd(execution)).status).toBe('SUCCEEDED');
  expect(clock.now() - before).toBe(3_600_000);
  expect(performance.now() - wall).toBeLessThan(5_000);
  expect((await readHistory(execution)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'WaitStateEntered',
    'WaitStateExited',
    'ChoiceStateEntered',
    'ChoiceStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
  expect(await waitForEnd(await startMachine(arn, { seconds: 1 }))).toMatchObject({
    status: 'FAILED',
    error: 'Short',
    cause: 'too short',
  });
});

test.each([[null], [[]], [['job']], ['job'], [''], [12], [0], [true], [false], [{}], [{ job: null }]])(
  'an execution can have the input %j, and a Choice reads it',
  async (input) => {
    const arn = await createTestMachine({
      StartAt: 'Is there a job?',
      States: {
        'Is there a job?': {
          Type: 'Choice',
          Choices: [{ Variable: '$.job', IsPresent: true, Next: 'Job' }],
          Default: 'Other',
        },
        Job: { Type: 'Pass', Parameters: { 'job.$': '$.job' }, End: true },
        Other: { Type: 'Pass', Parameters: { 'other.$': '$', nested: { 'input.$': '$$.Execution.Input' } }, End: true },
      },
    });
    const execution = await startMachine(arn, input);
    const testAccount = typeof input === 'object' && input !== null && 'job' in input;
    const expected = testAccount ? input : { other: input, nested: { input } };
    const { output = 'null', ...rest } = await waitForEnd(execution);
    expect(rest).toMatchObject({ status: 'SUCCEEDED', input: JSON.stringify(input) });
    expect(JSON.parse(output)).toEqual(expected);
  },
);
