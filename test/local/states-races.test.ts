import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import { client, clock, cloud, createTestMachine, startMachine, taskDefinition, waitForEnd } from './state-machines.ts';
import {
  createWaitingMachine,
  Parameters,
  Resource,
  readEventTypes,
  readToken,
  sendFailure,
  sendSuccess,
  taskRole,
  taskTimedOut,
} from './waiting-tasks.ts';

afterEach(() => {
  delete cloud.faultHooks;
});

test('a retry gets its own token, and the old one is no longer valid', async () => {
  const Retry = [{ ErrorEquals: ['Again'], IntervalSeconds: 10 }];
  const execution = await startMachine(await createWaitingMachine({ Retry }));
  const first = await readToken(execution);
  await sendFailure(first, 'Again');
  let second = first;
  await clock.advanceUntil(async () => {
    second = await readToken(execution);
    return second !== first;
  });
  await expect(sendSuccess(first)).rejects.toMatchObject(taskTimedOut);
  await sendSuccess(second, 'second');
  expect((await waitForEnd(execution)).output).toBe('"second"');
});

test('two tasks wait at the same time, each for its own token', async () => {
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
  const arn = await createTestMachine(
    { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches, End: true } } },
    taskRole,
  );
  const execution = await startMachine(arn);
  const [one, other] = [await readToken('one of two'), await readToken('other of two')];
  expect(one).not.toBe(other);
  await sendSuccess(other, 2);
  await sendSuccess(one, 1);
  expect((await waitForEnd(execution)).output).toBe('[1,2]');
});

test('a branch that fails ends the waiting one too', async () => {
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
  const execution = await startMachine(await createTestMachine({ StartAt: 'Both', States }, taskRole));
  const token = await readToken(execution);
  await clock.advanceUntil(async () => (await readEventTypes(execution)).includes('WaitStateExited'));
  await clock.advanceUntil(async () => (await readEventTypes(execution)).includes('ParallelStateExited'));
  await expect(sendSuccess(token)).rejects.toMatchObject(taskTimedOut);
  expect((await waitForEnd(execution)).status).toBe('SUCCEEDED');
  expect(await readEventTypes(execution)).not.toContain('TaskTimedOut');
});

test('an execution that is stopped while it waits does nothing more, and its token is no longer valid', async () => {
  const execution = await startMachine(
    await createWaitingMachine({ TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['States.ALL'] }] }),
  );
  const token = await readToken(execution);
  await client.send(new StopExecutionCommand({ executionArn: execution, error: 'Enough' }));
  await expect(sendSuccess(token)).rejects.toMatchObject(taskTimedOut);
  const left = clock.advanceUntil(async () => (await readEventTypes(execution)).length > 6);
  await expect(left).rejects.toThrow('nothing is left to do');
  expect((await readEventTypes(execution)).slice(3)).toEqual(['TaskStarted', 'TaskSubmitted', 'ExecutionAborted']);
});

test('an execution that times out while it waits has timed out, and its token is no longer valid', async () => {
  const definition = {
    ...taskDefinition(Resource, { Parameters, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
    TimeoutSeconds: 60,
  };
  const execution = await startMachine(await createTestMachine(definition, taskRole));
  const token = await readToken(execution);
  expect((await waitForEnd(execution)).status).toBe('TIMED_OUT');
  await expect(sendFailure(token)).rejects.toMatchObject(taskTimedOut);
});

test('of two reports at once, one is accepted', async () => {
  const execution = await startMachine(await createWaitingMachine());
  const token = await readToken(execution);
  const results = await Promise.allSettled([
    sendSuccess(token, 'one'),
    sendSuccess(token, 'other'),
    sendFailure(token),
  ]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(results.filter((each) => each.status === 'rejected').map(({ reason }) => reason.name)).toEqual([
    'TaskTimedOut',
    'TaskTimedOut',
  ]);
  await waitForEnd(execution);
  expect((await readEventTypes(execution)).filter((type) => /^Task(Succeeded|Failed)$/.test(type!))).toHaveLength(1);
});

test.each([
  ['a millisecond before', 89_999, 'SUCCEEDED'],
  ['at', 90_000, 'FAILED'],
])('a success %s the time-out leaves the execution %s', async (_, ms, status) => {
  const execution = await startMachine(await createWaitingMachine({ TimeoutSeconds: 90 }));
  const token = await readToken(execution);
  const results = Promise.withResolvers<unknown>();
  clock.after(ms, () => sendSuccess(token).then(results.resolve, results.resolve));
  let answer: unknown;
  results.promise.then((value) => {
    answer = value;
  });
  expect((await waitForEnd(execution)).status).toBe(status);
  await clock.advanceUntil(() => answer !== undefined, 0);
  expect(answer).toMatchObject(status === 'FAILED' ? taskTimedOut : {});
});

test('a success after the time-out is refused', async () => {
  const execution = await startMachine(await createWaitingMachine({ TimeoutSeconds: 5 }));
  const token = await readToken(execution);
  await waitForEnd(execution);
  await expect(sendSuccess(token)).rejects.toMatchObject(taskTimedOut);
});

test('a success that arrives before the call was answered is accepted', async () => {
  const arn = await createTestMachine(
    taskDefinition(Resource.replace('putItem', 'updateItem'), {
      Parameters: {
        TableName: 'waiting',
        Key: { id: { 'S.$': '$$.Execution.Id' } },
        UpdateExpression: 'SET #t = :t',
        ExpressionAttributeNames: { '#t': 'token' },
        ExpressionAttributeValues: { ':t': { 'S.$': '$$.Task.Token' } },
      },
    }),
    taskRole,
  );
  cloud.faultHooks = {
    async call({ operation, input }, go) {
      const answer = await go();
      const token = JSON.stringify(input).match(/":t":\{"S":"(\w+)"/)?.[1];
      if (operation === 'UpdateItem') await sendSuccess(token!, 'early');
      return answer;
    },
    event: (_, go) => go(),
    run: (_, go) => go(),
  };
  const execution = await startMachine(arn);
  expect((await waitForEnd(execution)).output).toBe('"early"');
  delete cloud.faultHooks;
  expect((await readEventTypes(execution)).slice(2, -2)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSucceeded']);
});
