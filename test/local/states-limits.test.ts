import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { createScaledClock } from '../../local/clock.ts';
import { createCloud } from '../../local/create-cloud.ts';
import { stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import type { HistoryEvent } from '../../local/states/state.ts';
import { states } from '../../local/states.ts';
import { buildAccountId, region } from '../start.ts';
import {
  client,
  clock,
  cloud,
  createFunction,
  createTestMachine,
  functionRole,
  machineRole,
  startMachine,
  stateChanges,
  taskDefinition,
  waitForEnd,
} from './state-machines.ts';

test('a result larger than the limit of state data ends the execution, whatever is caught', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const arn = await createTestMachine(
    taskDefinition(createFunction(), { Parameters: { do: 'large', bytes: 262_144 }, Catch }),
  );
  expect(await waitForEnd(await startMachine(arn))).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
  });
});

test('state data that grows beyond the limit ends the execution', async () => {
  const Act = { Parameters: { do: 'large', bytes: 200_000 }, ResultPath: '$.result' };
  const arn = await createTestMachine(taskDefinition(createFunction(), Act));
  const { status, error, cause } = await waitForEnd(await startMachine(arn, { padding: 'x'.repeat(100_000) }));
  expect([status, error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  expect(cause).toContain("The state/task 'Act' returned a result");
});

test('an execution fails at its 25,000th event', async () => {
  const arn = await createTestMachine({
    StartAt: 'Again',
    States: { Again: { Type: 'Wait', Seconds: 1, Next: 'Again' } },
  });
  const executionArn = await startMachine(arn);
  const { status, error, cause } = await waitForEnd(executionArn);
  expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
  expect(cause).toBe('The execution reached the maximum number of history events (25000).');
  const { events: last } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(last).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
});

const timedOut = [
  'LambdaFunctionTimedOut',
  'TaskStateExited',
  'WaitStateEntered',
  'WaitStateExited',
  'PassStateEntered',
  'PassStateExited',
];
test.each([
  ['longer than its own time-out in wall-clock time fails, and its late answer is ignored', 0.05, timedOut],
  [
    'no longer than that in wall-clock time succeeds, whatever the simulated clock says',
    20,
    ['LambdaFunctionSucceeded', 'TaskStateExited'],
  ],
])('a task that takes %s', async (_, TimeoutSeconds, expected) => {
  const fast = createCloud(createScaledClock(1000));
  for (const service of [lambda(fast), states(fast)]) fast.services.set(service.name, service);
  fast.iam.roles = cloud.iam.roles;
  const admin = `arn:aws:iam::${buildAccountId}:user/admin`;
  fast.iam.users.set(admin, cloud.iam.users.get(admin)!);
  const over = Promise.withResolvers<void>();
  fast.eventListeners.push(({ detail }) => detail.status !== 'RUNNING' && over.resolve());
  const call = (operation: string, input: unknown) =>
    fast.invoke('states', operation, input, {
      caller: { account: buildAccountId, arn: admin },
      region,
    }) as Promise<never>;
  const definition = JSON.stringify(
    taskDefinition(createFunction(fast), {
      Parameters: { do: 'wait', ms: 50 },
      TimeoutSeconds,
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Later' }],
    }),
  ).replace('"Caught":{', '"Later":{"Type":"Wait","Seconds":500,"Next":"Caught"},"Caught":{');
  const { stateMachineArn } = await call('CreateStateMachine', { name: 'slow', definition, roleArn: machineRole });
  const { executionArn } = await call('StartExecution', { stateMachineArn });
  await over.promise;
  const { events: history } = (await call('GetExecutionHistory', { executionArn })) as { events: HistoryEvent[] };
  expect(history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    ...expected,
    'ExecutionSucceeded',
  ]);
  await stopFunctions(fast);
});

test.each([
  ['a function that does not exist', machineRole, 'Lambda.ResourceNotFoundException'],
  ['a role that is not allowed to invoke', functionRole, 'Lambda.AWSLambdaException'],
])('%s is an error of the task', async (_, roleArn, error) => {
  const Resource =
    roleArn === machineRole ? `arn:aws:lambda:${region}:${buildAccountId}:function:none` : createFunction();
  const arn = await createTestMachine(taskDefinition(Resource, { Parameters: { do: 'nothing' } }), roleArn);
  expect(await waitForEnd(await startMachine(arn))).toMatchObject({ status: 'FAILED', error });
});

const one = (state: Record<string, unknown>) => ({ StartAt: 'One', States: { One: state } });
const call = (resource: string, Parameters = {}) => taskDefinition(`arn:aws:states:::${resource}`, { Parameters });
test.each([
  ['JSONata', one({ Type: 'Pass', QueryLanguage: 'JSONata', End: true }), 'NotCovered', 'QueryLanguage'],
  ['a Result of null', one({ Type: 'Pass', Result: null, End: true }), 'NotCovered', 'a Result of null'],
  ['a heartbeat', one({ Type: 'Task', HeartbeatSeconds: 60, End: true }), 'NotCovered', 'HeartbeatSeconds'],
  ['an optimized integration', call('sqs:sendMessage'), 'NotCovered', 'arn:aws:states:::sqs:sendMessage'],
  ['another service', call('aws-sdk:sqs:sendMessage'), 'NotCovered', 'arn:aws:states:::aws-sdk:sqs:sendMessage'],
  ['a call with .sync', call('aws-sdk:dynamodb:putItem.sync'), 'NotCovered', 'putItem.sync'],
  ['another operation', call('aws-sdk:dynamodb:scan'), 'NotCovered', 'dynamodb Scan'],
  [
    'another parameter of an operation',
    call('aws-sdk:dynamodb:putItem', { 'TableName.$': '$.table', Item: {}, 'Expected.$': '$.expected' }),
    'NotCovered',
    'the parameter Expected',
  ],
  ['a state whose Next does not exist', one({ Type: 'Pass', Next: 'Two' }), 'InvalidDefinition', "'Two'"],
  ['no states', {}, 'InvalidDefinition', 'States'],
])('a definition with %s is refused by name', async (_, definition, name, word) => {
  const refused = createTestMachine(definition);
  await expect(refused).rejects.toMatchObject({ name });
  await expect(refused).rejects.toThrow(word);
});

test('two hundred executions at once all end', async () => {
  const arn = await createTestMachine({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 30, Next: 'Act' },
      Act: { Type: 'Task', Resource: createFunction(), Parameters: { do: 'nothing' }, End: true },
    },
  });
  const all = await Promise.all(Array.from({ length: 200 }, () => startMachine(arn)));
  await clock.advanceUntil(() => all.every((execution) => stateChanges(execution).length === 2));
  expect(all.map((execution) => stateChanges(execution).at(-1)!.status)).toEqual(all.map(() => 'SUCCEEDED'));
});
