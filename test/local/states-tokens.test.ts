import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { buildAccountId, testAccountId as testAccount } from '../start.ts';
import {
  as,
  client,
  clock,
  cloud,
  createFunction,
  createTestMachine,
  readExecution,
  readHistory,
  startMachine,
  stateChanges,
  taskDefinition,
  waitForEnd,
} from './state-machines.ts';
import {
  createWaitingMachine,
  Parameters,
  readEventTypes,
  readToken,
  resource,
  sendFailure,
  sendSuccess,
} from './waiting-tasks.ts';

test('a task waits without limit until its token is reported, and its result is the output', async () => {
  const execution = await startMachine(await createWaitingMachine({ ResultPath: '$.answer' }), { a: 1 });
  const token = await readToken(execution);
  await expect(clock.advanceUntil(() => stateChanges(execution).length > 1)).rejects.toThrow('nothing is left to do');
  expect((await readExecution(execution)).status).toBe('RUNNING');
  await sendSuccess(token);
  expect((await waitForEnd(execution)).output).toBe('{"a":1,"answer":{"found":1}}');
  const history = await readHistory(execution);
  expect(history.map(({ type, id, previousEventId }) => [type, id, previousEventId])).toEqual([
    ['ExecutionStarted', 1, 0],
    ['TaskStateEntered', 2, 0],
    ['TaskScheduled', 3, 2],
    ['TaskStarted', 4, 3],
    ['TaskSubmitted', 5, 4],
    ['TaskSucceeded', 6, 5],
    ['TaskStateExited', 7, 6],
    ['ExecutionSucceeded', 8, 7],
  ]);
  const named = { resourceType: 'aws-sdk:dynamodb', resource };
  const whole = { truncated: false };
  expect(JSON.parse(history[2]!.taskScheduledEventDetails!.parameters!).Item.token).toEqual({ S: token });
  expect(history[4]!.taskSubmittedEventDetails).toEqual({ ...named, output: '{}', outputDetails: whole });
  expect(history[5]!.taskSucceededEventDetails).toEqual({ ...named, output: '{"found":1}', outputDetails: whole });
});

test('a task that is reported as failed fails with that error and cause', async () => {
  const Catch = [{ ErrorEquals: ['Not.Today'], ResultPath: '$.error', Next: 'Caught' }];
  const execution = await startMachine(await createWaitingMachine({ Catch }));
  await sendFailure(await readToken(execution), 'Not.Today', 'the shop is closed');
  const { output } = await waitForEnd(execution);
  expect(JSON.parse(output!)).toEqual({ error: { Error: 'Not.Today', Cause: 'the shop is closed' } });
  expect((await readHistory(execution))[5]).toMatchObject({
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'aws-sdk:dynamodb',
      resource,
      error: 'Not.Today',
      cause: 'the shop is closed',
    },
  });
});

test('a failure without error and cause fails the execution without error and cause', async () => {
  const execution = await startMachine(await createWaitingMachine());
  await sendFailure(await readToken(execution));
  const { status, error, cause } = await waitForEnd(execution);
  expect([status, error, cause]).toEqual(['FAILED', undefined, undefined]);
  const last = (await readHistory(execution)).slice(-2);
  expect(last).toMatchObject([{ type: 'TaskFailed' }, { type: 'ExecutionFailed', executionFailedEventDetails: {} }]);
});

test.each([
  ['TimeoutSeconds', { TimeoutSeconds: 90 }, {}],
  [
    "TimeoutSecondsPath, which reads the state's own input",
    { TimeoutSecondsPath: '$.verdict.waitSeconds' },
    { verdict: { waitSeconds: 90 } },
  ],
])(
  'a task whose token nobody reports times out by %s, in simulated time and to the millisecond',
  async (_, more, input) => {
    const before = clock.now();
    const execution = await startMachine(await createWaitingMachine(more), input);
    const { status, error, cause } = await waitForEnd(execution);
    expect([status, error, cause]).toEqual(['FAILED', 'States.Timeout', undefined]);
    expect(clock.now() - before).toBe(90_000);
    const history = await readHistory(execution);
    expect(history[2]!.taskScheduledEventDetails).toMatchObject({ timeoutInSeconds: 90 });
    expect(history[5]).toMatchObject({
      type: 'TaskTimedOut',
      timestamp: new Date(before + 90_000),
      taskTimedOutEventDetails: { resourceType: 'aws-sdk:dynamodb', resource, error: 'States.Timeout' },
    });
    expect(history.at(-1)!.executionFailedEventDetails).toEqual({ error: 'States.Timeout' });
  },
);

test.each([
  ['States.Timeout', 'SUCCEEDED'],
  ['States.ALL', 'SUCCEEDED'],
  ['States.TaskFailed', 'FAILED'],
])('%s, if it catches a time-out, leaves the execution %s', async (name, expected) => {
  const Catch = [{ ErrorEquals: [name], ResultPath: '$.error', Next: 'Caught' }];
  const { status, output } = await waitForEnd(
    await startMachine(await createWaitingMachine({ TimeoutSeconds: 5, Catch })),
  );
  expect(status).toBe(expected);
  expect(output && JSON.parse(output)).toEqual(output && { error: { Error: 'States.Timeout', Cause: '' } });
});

test.each([['text'], [0], [1.5], [null]])(
  'a time-out of %j ends the execution, whatever is caught',
  async (seconds) => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const arn = await createWaitingMachine({ TimeoutSecondsPath: '$.seconds', Catch });
    const { status, error, cause } = await waitForEnd(await startMachine(arn, { seconds }));
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toBe(
      `TimeoutSecondsPath '$.seconds' must lead to a positive integer, and leads to ${JSON.stringify(seconds)}`,
    );
  },
);

test('a call that fails is not waited for', async () => {
  const Catch = [{ ErrorEquals: ['DynamoDb.ResourceNotFoundException'], Next: 'Caught' }];
  const execution = await startMachine(
    await createWaitingMachine({ Parameters: { ...Parameters, TableName: 'nothing' }, Catch }),
  );
  expect((await waitForEnd(execution)).status).toBe('SUCCEEDED');
  expect((await readEventTypes(execution)).slice(2, 5)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitFailed']);
});

const invoke = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
const payload = (act: string) => ({ do: act, 'token.$': '$$.Task.Token' });

test('a function is called with a token, and its return value is not the result', async () => {
  const Parameters = { FunctionName: createFunction(), Payload: payload('count') };
  const execution = await startMachine(await createTestMachine(taskDefinition(invoke, { Parameters })));
  await clock.advanceUntil(async () => (await readEventTypes(execution)).includes('TaskSubmitted'), 0);
  const history = await readHistory(execution);
  const named = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
  expect(history[4]!.taskSubmittedEventDetails).toMatchObject({ ...named, output: '{"calls":1}' });
  await sendSuccess(JSON.parse(history[2]!.taskScheduledEventDetails!.parameters!).Payload.token);
  expect((await waitForEnd(execution)).output).toBe('{"found":1}');
});

test('a function that fails is not waited for', async () => {
  const Catch = [{ ErrorEquals: ['ConfigurationError'], Next: 'Caught' }];
  const Parameters = { FunctionName: createFunction(), Payload: payload('refuse') };
  const execution = await startMachine(await createTestMachine(taskDefinition(invoke, { Parameters, Catch })));
  expect(JSON.parse((await waitForEnd(execution)).output!).Cause).toContain('the file is missing');
  expect((await readEventTypes(execution))[4]).toBe('TaskSubmitFailed');
});

test.each([
  ['an invalid token', { taskToken: 'guessed' }, 'InvalidToken'],
  ['no token', { taskToken: '' }, 'ValidationException'],
  ['a token of 2,049 characters', { taskToken: 'a'.repeat(2049) }, 'ValidationException'],
  ['an output that is not JSON', { output: '{' }, 'InvalidOutput'],
  ['an output of 262,145 bytes', { output: JSON.stringify('é'.repeat(131_072)) }, 'ValidationException'],
])('%s is refused, and the task still waits', async (_, asked, name) => {
  const execution = await startMachine(await createWaitingMachine());
  const taskToken = await readToken(execution);
  const refused = client.send(new SendTaskSuccessCommand({ taskToken, output: '1', ...asked }));
  await expect(refused).rejects.toMatchObject({ name });
  await client.send(new SendTaskHeartbeatCommand({ taskToken }));
  await sendSuccess(taskToken);
  expect((await waitForEnd(execution)).status).toBe('SUCCEEDED');
});

test('a token is long, different each time, and not valid in another account', async () => {
  const arn = await createWaitingMachine();
  const tokens = await Promise.all(
    [startMachine(arn), startMachine(arn)].map(async (execution) => readToken(await execution)),
  );
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) expect(token).toMatch(/^\w{64,2048}$/);
  const foreign = new SFNClient(as(testAccount));
  const refused = foreign.send(new SendTaskFailureCommand({ taskToken: tokens[0] }));
  await expect(refused).rejects.toMatchObject({ name: 'InvalidToken', message: "Invalid Token: 'Invalid token'" });
});

test.each([
  ['SendTaskSuccess', (on: SFNClient) => on.send(new SendTaskSuccessCommand({ taskToken: 'a', output: '1' }))],
  ['SendTaskFailure', (on: SFNClient) => on.send(new SendTaskFailureCommand({ taskToken: 'a' }))],
  ['SendTaskHeartbeat', (on: SFNClient) => on.send(new SendTaskHeartbeatCommand({ taskToken: 'a' }))],
])('%s needs a permission on all resources, because a token has no ARN', async (operation, send) => {
  const arn = `arn:aws:iam::${buildAccountId}:user/${operation}`;
  const somebody = new SFNClient(as(buildAccountId, arn));
  const may = (Resource: string) => {
    const Statement = [{ Effect: 'Allow', Action: `states:${operation}`, Resource }];
    cloud.iam.users.set(arn, { arn, policies: { own: { Version: '2012-10-17', Statement } } });
  };
  may('arn:aws:states:*:*:stateMachine:*');
  await expect(send(somebody)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  may('*');
  await expect(send(somebody)).rejects.toMatchObject({ name: 'InvalidToken' });
});
