import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { build, test as testAccount } from '../start.ts';
import {
  as,
  begin,
  client,
  clock,
  cloud,
  createTable,
  describe,
  ended,
  historyOf,
  machine,
  role,
  stateChanges,
  task,
} from './state-machines.ts';

const tables = new DynamoDBClient(as(build));
const asker = role('asker', 'states', 'dynamodb:*');
const resource = 'putItem.waitForTaskToken';
const Resource = `arn:aws:states:::aws-sdk:dynamodb:${resource}`;
await createTable('waiting');

const Parameters = {
  TableName: 'waiting',
  Item: { id: { 'S.$': '$$.Execution.Id' }, token: { 'S.$': '$$.Task.Token' } },
};
/** A machine whose task leaves its token in the table, and waits. */
const waiter = (more: Record<string, unknown> = {}) => machine(task(Resource, { Parameters, ...more }), asker);

/** The token that an execution has left there; time goes on until it has. */
async function tokenOf(id: string): Promise<string> {
  let token: string | undefined;
  await clock.until(async () => {
    const { Item } = await tables.send(new GetItemCommand({ TableName: 'waiting', Key: { id: { S: id } } }));
    token = Item?.token?.S;
    return token !== undefined;
  }, 0);
  return token!;
}

const succeed = (taskToken: string, output: unknown = { found: 1 }) =>
  client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
const fail = (taskToken: string, error?: string, cause?: string) =>
  client.send(new SendTaskFailureCommand({ taskToken, error, cause }));
const typesOf = async (execution: string) => (await historyOf(execution)).map(({ type }) => type);
const gone = { name: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" };

test('a task waits until its token is answered for, however long, and its result is the output', async () => {
  const execution = await begin(await waiter({ ResultPath: '$.answer' }), { a: 1 });
  const token = await tokenOf(execution);
  await expect(clock.until(() => stateChanges(execution).length > 1)).rejects.toThrow('nothing is left to do');
  expect((await describe(execution)).status).toBe('RUNNING');
  await succeed(token);
  expect((await ended(execution)).output).toBe('{"a":1,"answer":{"found":1}}');
  const history = await historyOf(execution);
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
  const execution = await begin(await waiter({ Catch }));
  await fail(await tokenOf(execution), 'Not.Today', 'the shop is closed');
  const { output } = await ended(execution);
  expect(JSON.parse(output!)).toEqual({ error: { Error: 'Not.Today', Cause: 'the shop is closed' } });
  expect((await historyOf(execution))[5]).toMatchObject({
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'aws-sdk:dynamodb',
      resource,
      error: 'Not.Today',
      cause: 'the shop is closed',
    },
  });
});

test('a failure that says nothing fails the execution, which says nothing either', async () => {
  const execution = await begin(await waiter());
  await fail(await tokenOf(execution));
  const { status, error, cause } = await ended(execution);
  expect([status, error, cause]).toEqual(['FAILED', undefined, undefined]);
  const last = (await historyOf(execution)).slice(-2);
  expect(last).toMatchObject([{ type: 'TaskFailed' }, { type: 'ExecutionFailed', executionFailedEventDetails: {} }]);
});

test.each([
  ['TimeoutSeconds', { TimeoutSeconds: 90 }, {}],
  [
    "TimeoutSecondsPath, which looks into the state's own input",
    { TimeoutSecondsPath: '$.verdict.waitSeconds' },
    { verdict: { waitSeconds: 90 } },
  ],
])(
  'a task that nobody answers for times out by %s, in simulated time and to the millisecond',
  async (_, more, input) => {
    const before = clock.now();
    const execution = await begin(await waiter(more), input);
    const { status, error, cause } = await ended(execution);
    expect([status, error, cause]).toEqual(['FAILED', 'States.Timeout', undefined]);
    expect(clock.now() - before).toBe(90_000);
    const history = await historyOf(execution);
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
])('%s, when it is caught, of a time-out leaves the execution %s', async (name, expected) => {
  const Catch = [{ ErrorEquals: [name], ResultPath: '$.error', Next: 'Caught' }];
  const { status, output } = await ended(await begin(await waiter({ TimeoutSeconds: 5, Catch })));
  expect(status).toBe(expected);
  expect(output && JSON.parse(output)).toEqual(output && { error: { Error: 'States.Timeout', Cause: '' } });
});

test.each([['text'], [0], [1.5], [null]])(
  'a time-out of %j ends the execution, whatever is caught',
  async (seconds) => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const arn = await waiter({ TimeoutSecondsPath: '$.seconds', Catch });
    const { status, error, cause } = await ended(await begin(arn, { seconds }));
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toBe(
      `TimeoutSecondsPath '$.seconds' must lead to a positive integer, and leads to ${JSON.stringify(seconds)}`,
    );
  },
);

test('a retry gets a token of its own, and the old one is of no use', async () => {
  const Retry = [{ ErrorEquals: ['Again'], IntervalSeconds: 10 }];
  const execution = await begin(await waiter({ Retry }));
  const first = await tokenOf(execution);
  await fail(first, 'Again');
  let second = first;
  await clock.until(async () => {
    second = await tokenOf(execution);
    return second !== first;
  });
  await expect(succeed(first)).rejects.toMatchObject(gone);
  await succeed(second, 'second');
  expect((await ended(execution)).output).toBe('"second"');
});

test('two tasks wait side by side, each for its own token', async () => {
  const branch = (name: string) => ({
    StartAt: name,
    States: {
      [name]: {
        ...{ Type: 'Task', Resource, End: true },
        Parameters: { TableName: 'waiting', Item: { id: { S: `${name} of two` }, token: { 'S.$': '$$.Task.Token' } } },
      },
    },
  });
  const Branches = [branch('one'), branch('other')];
  const arn = await machine({ StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches, End: true } } }, asker);
  const execution = await begin(arn);
  const [one, other] = [await tokenOf('one of two'), await tokenOf('other of two')];
  expect(one).not.toBe(other);
  await succeed(other, 2);
  await succeed(one, 1);
  expect((await ended(execution)).output).toBe('[1,2]');
});

test('a branch that fails takes the waiting one with it', async () => {
  const wait = { Type: 'Task', Resource, Parameters, TimeoutSeconds: 3600, End: true };
  const Branches = [
    { StartAt: 'Wait', States: { Wait: wait } },
    {
      StartAt: 'Look',
      States: { Look: { Type: 'Wait', Seconds: 5, Next: 'Fail' }, Fail: { Type: 'Fail', Error: 'Enough' } },
    },
  ];
  const Catch = [{ ErrorEquals: ['Enough'], Next: 'Done' }];
  const States = {
    Both: { Type: 'Parallel', Branches, Catch, End: true },
    Done: { Type: 'Wait', Seconds: 7200, End: true },
  };
  const execution = await begin(await machine({ StartAt: 'Both', States }, asker));
  const token = await tokenOf(execution);
  await clock.until(async () => (await typesOf(execution)).includes('WaitStateExited'));
  await clock.until(async () => (await typesOf(execution)).includes('ParallelStateExited'));
  await expect(succeed(token)).rejects.toMatchObject(gone);
  expect((await ended(execution)).status).toBe('SUCCEEDED');
  expect(await typesOf(execution)).not.toContain('TaskTimedOut');
});

test('an execution that is stopped while it waits goes no further, and its token is of no use', async () => {
  const execution = await begin(await waiter({ TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['States.ALL'] }] }));
  const token = await tokenOf(execution);
  await client.send(new StopExecutionCommand({ executionArn: execution, error: 'Enough' }));
  await expect(succeed(token)).rejects.toMatchObject(gone);
  const left = clock.until(async () => (await typesOf(execution)).length > 6);
  await expect(left).rejects.toThrow('nothing is left to do');
  expect((await typesOf(execution)).slice(3)).toEqual(['TaskStarted', 'TaskSubmitted', 'ExecutionAborted']);
});

test('an execution whose own time-out passes while it waits is timed out, and its token is of no use', async () => {
  const definition = {
    ...task(Resource, { Parameters, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
    TimeoutSeconds: 60,
  };
  const execution = await begin(await machine(definition, asker));
  const token = await tokenOf(execution);
  expect((await ended(execution)).status).toBe('TIMED_OUT');
  await expect(fail(token)).rejects.toMatchObject(gone);
});

test('of two who report at once, one is heard', async () => {
  const execution = await begin(await waiter());
  const token = await tokenOf(execution);
  const told = await Promise.allSettled([succeed(token, 'one'), succeed(token, 'other'), fail(token)]);
  expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(told.filter((each) => each.status === 'rejected').map(({ reason }) => reason.name)).toEqual([
    'TaskTimedOut',
    'TaskTimedOut',
  ]);
  await ended(execution);
  expect((await typesOf(execution)).filter((type) => /^Task(Succeeded|Failed)$/.test(type!))).toHaveLength(1);
});

test.each([
  ['a millisecond before', 89_999, 'SUCCEEDED'],
  ['at', 90_000, 'FAILED'],
])('a success %s the time-out leaves the execution %s', async (_, ms, status) => {
  const execution = await begin(await waiter({ TimeoutSeconds: 90 }));
  const token = await tokenOf(execution);
  const told = Promise.withResolvers<unknown>();
  clock.after(ms, () => succeed(token).then(told.resolve, told.resolve));
  let answer: unknown;
  told.promise.then((value) => {
    answer = value;
  });
  expect((await ended(execution)).status).toBe(status);
  await clock.until(() => answer !== undefined, 0);
  expect(answer).toMatchObject(status === 'FAILED' ? gone : {});
});

test('a success after the time-out is told so', async () => {
  const execution = await begin(await waiter({ TimeoutSeconds: 5 }));
  const token = await tokenOf(execution);
  await ended(execution);
  await expect(succeed(token)).rejects.toMatchObject(gone);
});

test('a success that comes before the call has been answered is heard', async () => {
  const arn = await machine(
    task(Resource.replace('putItem', 'updateItem'), {
      Parameters: {
        TableName: 'waiting',
        Key: { id: { 'S.$': '$$.Execution.Id' } },
        UpdateExpression: 'SET #t = :t',
        ExpressionAttributeNames: { '#t': 'token' },
        ExpressionAttributeValues: { ':t': { 'S.$': '$$.Task.Token' } },
      },
    }),
    asker,
  );
  cloud.faults = {
    async call({ operation, input }, go) {
      const answer = await go();
      const token = JSON.stringify(input).match(/":t":\{"S":"(\w+)"/)?.[1];
      if (operation === 'UpdateItem') await succeed(token!, 'early');
      return answer;
    },
    event: (_, go) => go(),
    run: (_, go) => go(),
  };
  const execution = await begin(arn);
  expect((await ended(execution)).output).toBe('"early"');
  delete cloud.faults;
  expect((await typesOf(execution)).slice(2, -2)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSucceeded']);
});

test('a call that fails is not waited for', async () => {
  const Catch = [{ ErrorEquals: ['DynamoDb.ResourceNotFoundException'], Next: 'Caught' }];
  const execution = await begin(await waiter({ Parameters: { ...Parameters, TableName: 'nothing' }, Catch }));
  expect((await ended(execution)).status).toBe('SUCCEEDED');
  expect((await typesOf(execution)).slice(2, 5)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitFailed']);
});

test.each([
  ['a token that is none', { taskToken: 'guessed' }, 'InvalidToken'],
  ['no token', { taskToken: '' }, 'ValidationException'],
  ['a token of 2,049 characters', { taskToken: 'a'.repeat(2049) }, 'ValidationException'],
  ['an output that is no JSON', { output: '{' }, 'InvalidOutput'],
  ['an output of 262,145 bytes', { output: JSON.stringify('é'.repeat(131_072)) }, 'ValidationException'],
])('%s is refused, and the task still waits', async (_, asked, name) => {
  const execution = await begin(await waiter());
  const taskToken = await tokenOf(execution);
  const refused = client.send(new SendTaskSuccessCommand({ taskToken, output: '1', ...asked }));
  await expect(refused).rejects.toMatchObject({ name });
  await client.send(new SendTaskHeartbeatCommand({ taskToken }));
  await succeed(taskToken);
  expect((await ended(execution)).status).toBe('SUCCEEDED');
});

test('a token is long, different each time, and of no use in another account', async () => {
  const arn = await waiter();
  const tokens = await Promise.all([begin(arn), begin(arn)].map(async (execution) => tokenOf(await execution)));
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
])('%s is a permission on all resources: a token has no ARN', async (operation, send) => {
  const arn = `arn:aws:iam::${build}:user/${operation}`;
  const somebody = new SFNClient(as(build, arn));
  const may = (Resource: string) => {
    const Statement = [{ Effect: 'Allow', Action: `states:${operation}`, Resource }];
    cloud.iam.users.set(arn, { arn, policies: { own: { Version: '2012-10-17', Statement } } });
  };
  may('arn:aws:states:*:*:stateMachine:*');
  await expect(send(somebody)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  may('*');
  await expect(send(somebody)).rejects.toMatchObject({ name: 'InvalidToken' });
});
