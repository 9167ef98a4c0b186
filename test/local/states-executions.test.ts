import {
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { buildAccountId, region } from '../start.ts';
import {
  client,
  clock,
  cloud,
  createFunction,
  createTestMachine,
  machineRole,
  publishedEvents,
  readExecution,
  readHistory,
  startMachine,
  stateChanges,
  taskDefinition,
  waitDefinition,
  waitForEnd,
} from './state-machines.ts';

test('a name can be used again only with the same input while the execution runs', async () => {
  const arn = await createTestMachine(waitDefinition(60));
  const first = await startMachine(arn, { a: 1 }, 'once');
  expect(first).toBe(arn.replace('stateMachine', 'execution').concat(':once'));
  expect(await startMachine(arn, { a: 1 }, 'once')).toBe(first);
  const exists = { name: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${first}'` };
  await expect(startMachine(arn, { a: 2 }, 'once')).rejects.toMatchObject(exists);
  await waitForEnd(first);
  await expect(startMachine(arn, { a: 1 }, 'once')).rejects.toMatchObject(exists);
  expect((await readHistory(first)).filter(({ type }) => type === 'ExecutionStarted')).toHaveLength(1);
});

test.each([
  ['a name with a colon', { name: 'a:b' }, 'InvalidName'],
  ['a name of 81 characters', { name: 'a'.repeat(81) }, 'ValidationException'],
  ['an input that is not JSON', { input: '{' }, 'InvalidExecutionInput'],
  ['an input of 262,145 bytes', { input: JSON.stringify('é'.repeat(131_072)) }, 'ValidationException'],
  [
    'a machine that does not exist',
    { stateMachineArn: `arn:aws:states:${region}:${buildAccountId}:stateMachine:none` },
    'StateMachineDoesNotExist',
  ],
  ['an invalid ARN', { stateMachineArn: 'machine' }, 'InvalidArn'],
])('%s is refused', async (_, asked, name) => {
  const stateMachineArn = await createTestMachine(waitDefinition(1));
  await expect(client.send(new StartExecutionCommand({ stateMachineArn, ...asked }))).rejects.toMatchObject({ name });
});

test('an execution that is stopped is aborted at once with the reason, and does nothing more', async () => {
  const arn = await createTestMachine({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 60, Next: 'Act' },
      Act: { Type: 'Task', Resource: createFunction(), End: true },
    },
  });
  const executionArn = await startMachine(arn);
  await client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'by hand' }));
  expect(await readExecution(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
  const last = (await readHistory(executionArn)).at(-1)!;
  expect(last).toMatchObject({
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { error: 'Enough', cause: 'by hand' },
  });
  await expect(
    clock.advanceUntil(() => cloud.authorizations.at(-1)?.action === 'lambda:InvokeFunction'),
  ).rejects.toThrow('nothing is left');
  expect(stateChanges(executionArn).map(({ status }) => status)).toEqual(['RUNNING', 'ABORTED']);
});

test("an execution that is stopped during a retry's back-off calls no function any more", async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 3 }];
  const Resource = createFunction();
  const executionArn = await startMachine(
    await createTestMachine(taskDefinition(Resource, { Parameters: { do: 'refuse' }, Retry })),
  );
  const calls = () => cloud.authorizations.filter(({ resource }) => resource === Resource).length;
  await clock.advanceUntil(() => calls() === 1);
  await client.send(new StopExecutionCommand({ executionArn }));
  await expect(clock.advanceUntil(() => calls() > 1)).rejects.toThrow('nothing is left');
  expect((await readExecution(executionArn)).status).toBe('ABORTED');
});

test('a state machine that takes longer than its time-out times out', async () => {
  const arn = await createTestMachine(waitDefinition(600, { TimeoutSeconds: 60 }));
  const before = clock.now();
  const execution = await startMachine(arn);
  expect((await waitForEnd(execution)).status).toBe('TIMED_OUT');
  expect(clock.now() - before).toBe(60_000);
  expect((await readHistory(execution)).at(-1)!.type).toBe('ExecutionTimedOut');
  expect(stateChanges(execution).at(-1)).toMatchObject({ status: 'TIMED_OUT', stopDate: clock.now() });
});

test('events report the start and the end of an execution, with input and output', async () => {
  const arn = await createTestMachine(waitDefinition(5));
  const before = clock.now();
  const execution = await startMachine(arn, { a: 1 }, 'heard');
  await waitForEnd(execution);
  const common = { executionArn: execution, stateMachineArn: arn, name: 'heard', startDate: before, input: '{"a":1}' };
  expect(stateChanges(execution)).toMatchObject([
    { ...common, status: 'RUNNING', stopDate: null, output: null },
    { ...common, status: 'SUCCEEDED', stopDate: before + 5000, output: '{"a":1}' },
  ]);
  expect(publishedEvents.at(-1)).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
  });
});

test('histories and lists come in pages', async () => {
  const arn = await createTestMachine(waitDefinition(1));
  const first = await startMachine(arn, {}, 'first');
  await waitForEnd(first);
  const second = await startMachine(arn, {}, 'second');
  const page = await client.send(new GetExecutionHistoryCommand({ executionArn: first, maxResults: 3 }));
  const { nextToken } = page;
  const rest = await client.send(new GetExecutionHistoryCommand({ executionArn: first, maxResults: 3, nextToken }));
  expect([...page.events!, ...rest.events!].map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(rest.nextToken).toBeUndefined();
  const list = await client.send(new ListExecutionsCommand({ stateMachineArn: arn }));
  expect(list.executions?.map(({ name, status }) => [name, status])).toEqual([
    ['second', 'RUNNING'],
    ['first', 'SUCCEEDED'],
  ]);
  const running = await client.send(new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: 'RUNNING' }));
  expect(running.executions?.map(({ executionArn }) => executionArn)).toEqual([second]);
});

test('a state machine is described as it was created', async () => {
  const arn = await createTestMachine(waitDefinition(1));
  const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  expect(found).toMatchObject({
    status: 'ACTIVE',
    type: 'STANDARD',
    roleArn: machineRole,
    definition: JSON.stringify(waitDefinition(1)),
  });
});
