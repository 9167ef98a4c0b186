import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import { begin, client, clock, cloud, ended, machine, task } from './state-machines.ts';
import { asker, fail, gone, Parameters, Resource, succeed, tokenOf, typesOf, waiter } from './waiting.ts';

afterEach(() => {
  delete cloud.faults;
});

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
