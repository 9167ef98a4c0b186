import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, expect, test } from 'vitest';
import { scaledClock } from '../../local/clock.ts';
import type { BusEvent } from '../../local/cloud.ts';
import { createCloud } from '../../local/create-cloud.ts';
import { installFunction, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import type { PolicyDocument } from '../../local/service.ts';
import type { HistoryEvent } from '../../local/states/history.ts';
import { states } from '../../local/states.ts';
import { build, region, start } from '../start.ts';

const { cloud, clock, as } = await start(lambda, states);
const client = new SFNClient(as(build));
const events: BusEvent[] = [];
cloud.listeners.push((event) => events.push(event));
afterAll(() => stopFunctions(cloud));

const role = (name: string, service: string, action: string) => {
  const arn = `arn:aws:iam::${build}:role/${name}`;
  const policy = (statement: Record<string, unknown>): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [statement],
  });
  cloud.iam.roles.set(arn, {
    arn,
    trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: `${service}.amazonaws.com` } }),
    policies: { own: policy({ Sid: 'Own', Effect: 'Allow', Action: action, Resource: '*' }) },
  });
  return arn;
};
const functionRole = role('stage', 'lambda', 'logs:*');
const machineRole = role('machine', 'states', 'lambda:InvokeFunction');

let functions = 0;
/** A fresh function, so that it has no memory of another test. */
const stage = (on = cloud): string => {
  functions += 1;
  return installFunction(on, {
    name: `stage-${functions}`,
    account: build,
    region,
    file: `${import.meta.dirname}/fixtures/stage.mjs`,
    handler: 'stage.handler',
    environment: {},
    roleArn: functionRole,
    timeoutSeconds: 30,
    memoryMb: 256,
  });
};

let machines = 0;
const machine = async (definition: Record<string, unknown>, roleArn = machineRole): Promise<string> => {
  machines += 1;
  const asked = { name: `machine-${machines}`, definition: JSON.stringify(definition), roleArn };
  return (await client.send(new CreateStateMachineCommand(asked))).stateMachineArn!;
};

const begin = async (stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> => {
  const asked = { stateMachineArn, input: JSON.stringify(input), ...(name ? { name } : {}) };
  return (await client.send(new StartExecutionCommand(asked))).executionArn!;
};

const describe = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));

const stateChanges = (arn: string) =>
  events.filter(({ resources }) => resources[0] === arn).map(({ detail }) => detail);

const ended = async (arn: string) => {
  await clock.until(() => stateChanges(arn).length > 1);
  return describe(arn);
};

const historyOf = async (executionArn: string) =>
  (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events!;

const task = (Resource: string, more: Record<string, unknown> = {}) => ({
  StartAt: 'Act',
  States: { Act: { Type: 'Task', Resource, End: true, ...more }, Caught: { Type: 'Pass', End: true } },
});

const wait = (seconds: number, more: Record<string, unknown> = {}) => ({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: seconds, End: true } },
  ...more,
});

test('a task calls its function with what the state hands it, and the history tells it in types of AWS', async () => {
  const arn = await machine(
    task(stage(), {
      Parameters: { do: 'nothing', 'execution.$': '$$.Execution.Id', 'name.$': '$$.Execution.Name', 'input.$': '$' },
      ResultPath: '$.result',
    }),
  );
  const execution = await begin(arn, { a: 1 }, 'told');
  const { status, output } = await ended(execution);
  expect([status, output]).toEqual(['SUCCEEDED', '{"a":1,"result":null}']);
  const history = await historyOf(execution);
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

test('a task is called by a session of the role of the machine', async () => {
  const arn = await machine(task(stage(), { Parameters: { do: 'nothing' } }));
  await ended(await begin(arn, {}, 'as-role'));
  expect(cloud.calls.findLast(({ action }) => action === 'lambda:InvokeFunction')).toMatchObject({
    principal: `arn:aws:sts::${build}:assumed-role/machine/as-role`,
  });
});

test('an error that is caught carries its name as Error and the report of Lambda as Cause', async () => {
  const arn = await machine(
    task(stage(), {
      Parameters: { do: 'refuse' },
      Catch: [{ ErrorEquals: ['ConfigurationError'], ResultPath: '$.error', Next: 'Caught' }],
    }),
  );
  const { output } = await ended(await begin(arn));
  const { error } = JSON.parse(output!);
  expect(error.Error).toBe('ConfigurationError');
  expect(JSON.parse(error.Cause)).toEqual({
    errorType: 'ConfigurationError',
    errorMessage: 'the file is missing',
    trace: expect.arrayContaining([expect.stringContaining('the file is missing')]),
  });
});

test('an error that nobody catches fails the execution, and its last event says so', async () => {
  const arn = await machine(task(stage(), { Parameters: { do: 'refuse' } }));
  const execution = await begin(arn);
  const { status, error, cause, stopDate } = await ended(execution);
  expect([status, error, JSON.parse(cause!).errorMessage]).toEqual([
    'FAILED',
    'ConfigurationError',
    'the file is missing',
  ]);
  expect(stopDate).toBeInstanceOf(Date);
  const last = (await historyOf(execution)).slice(-2);
  expect(last.map(({ type }) => type)).toEqual(['LambdaFunctionFailed', 'ExecutionFailed']);
  expect(last[1]!.executionFailedEventDetails).toEqual({ error, cause });
});

test('a retry backs off in simulated time, and every attempt is in the history', async () => {
  const Retry = [{ ErrorEquals: ['SystemUnavailable'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 3 }];
  const arn = await machine(task(stage(), { Parameters: { do: 'fail', times: 2 }, Retry }));
  const before = clock.now();
  const execution = await begin(arn);
  expect(JSON.parse((await ended(execution)).output!)).toEqual({ calls: 3 });
  expect(clock.now() - before).toBe((10 + 30) * 1000);
  const types = (await historyOf(execution)).map(({ type }) => type);
  const attempt = ['LambdaFunctionScheduled', 'LambdaFunctionStarted'];
  expect(types.slice(2, -2)).toEqual([
    ...[...attempt, 'LambdaFunctionFailed'],
    ...[...attempt, 'LambdaFunctionFailed'],
    ...[...attempt, 'LambdaFunctionSucceeded'],
  ]);
});

test('full jitter draws from the chance of the cloud', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' }];
  const arn = await machine(task(stage(), { Parameters: { do: 'fail', times: 1 }, Retry }));
  const before = clock.now();
  await ended(await begin(arn));
  expect(clock.now() - before).toBeGreaterThan(0);
  expect(clock.now() - before).toBeLessThan(100_000);
});

test('a wait of as many seconds as the data says takes them on the clock and none on the wall', async () => {
  const arn = await machine({
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
  const execution = await begin(arn, { seconds: 3600 });
  expect((await ended(execution)).status).toBe('SUCCEEDED');
  expect(clock.now() - before).toBe(3_600_000);
  expect(performance.now() - wall).toBeLessThan(5_000);
  expect((await historyOf(execution)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'WaitStateEntered',
    'WaitStateExited',
    'ChoiceStateEntered',
    'ChoiceStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
  expect(await ended(await begin(arn, { seconds: 1 }))).toMatchObject({
    status: 'FAILED',
    error: 'Short',
    cause: 'too short',
  });
});

test('a name is used once: again only with the same input while the execution runs', async () => {
  const arn = await machine(wait(60));
  const first = await begin(arn, { a: 1 }, 'once');
  expect(first).toBe(arn.replace('stateMachine', 'execution').concat(':once'));
  expect(await begin(arn, { a: 1 }, 'once')).toBe(first);
  const exists = { name: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${first}'` };
  await expect(begin(arn, { a: 2 }, 'once')).rejects.toMatchObject(exists);
  await ended(first);
  await expect(begin(arn, { a: 1 }, 'once')).rejects.toMatchObject(exists);
  expect((await historyOf(first)).filter(({ type }) => type === 'ExecutionStarted')).toHaveLength(1);
});

test.each([
  ['a name with a colon', { name: 'a:b' }, 'InvalidName'],
  ['a name of 81 characters', { name: 'a'.repeat(81) }, 'ValidationException'],
  ['an input that is no JSON', { input: '{' }, 'InvalidExecutionInput'],
  ['an input of 262,145 bytes', { input: JSON.stringify('é'.repeat(131_072)) }, 'ValidationException'],
  [
    'a machine that does not exist',
    { stateMachineArn: `arn:aws:states:${region}:${build}:stateMachine:none` },
    'StateMachineDoesNotExist',
  ],
  ['an ARN that is none', { stateMachineArn: 'machine' }, 'InvalidArn'],
])('%s is refused', async (_, asked, name) => {
  const stateMachineArn = await machine(wait(1));
  await expect(client.send(new StartExecutionCommand({ stateMachineArn, ...asked }))).rejects.toMatchObject({ name });
});

test('an execution that is stopped is aborted with the reason, at once, and goes no further', async () => {
  const arn = await machine({
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'Act' }, Act: { Type: 'Task', Resource: stage(), End: true } },
  });
  const executionArn = await begin(arn);
  await client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'by hand' }));
  expect(await describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
  const last = (await historyOf(executionArn)).at(-1)!;
  expect(last).toMatchObject({
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { error: 'Enough', cause: 'by hand' },
  });
  await expect(clock.until(() => cloud.calls.at(-1)?.action === 'lambda:InvokeFunction')).rejects.toThrow(
    'nothing is left',
  );
  expect(stateChanges(executionArn).map(({ status }) => status)).toEqual(['RUNNING', 'ABORTED']);
});

test('an execution that is stopped while it backs off calls no function any more', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 3 }];
  const Resource = stage();
  const executionArn = await begin(await machine(task(Resource, { Parameters: { do: 'refuse' }, Retry })));
  const calls = () => cloud.calls.filter(({ resource }) => resource === Resource).length;
  await clock.until(() => calls() === 1);
  await client.send(new StopExecutionCommand({ executionArn }));
  await expect(clock.until(() => calls() > 1)).rejects.toThrow('nothing is left');
  expect((await describe(executionArn)).status).toBe('ABORTED');
});

test('a machine that takes longer than its time-out is timed out', async () => {
  const arn = await machine(wait(600, { TimeoutSeconds: 60 }));
  const before = clock.now();
  const execution = await begin(arn);
  expect((await ended(execution)).status).toBe('TIMED_OUT');
  expect(clock.now() - before).toBe(60_000);
  expect((await historyOf(execution)).at(-1)!.type).toBe('ExecutionTimedOut');
  expect(stateChanges(execution).at(-1)).toMatchObject({ status: 'TIMED_OUT', stopDate: clock.now() });
});

test('the event bus hears of the start and the end, with input and output', async () => {
  const arn = await machine(wait(5));
  const before = clock.now();
  const execution = await begin(arn, { a: 1 }, 'heard');
  await ended(execution);
  const common = { executionArn: execution, stateMachineArn: arn, name: 'heard', startDate: before, input: '{"a":1}' };
  expect(stateChanges(execution)).toMatchObject([
    { ...common, status: 'RUNNING', stopDate: null, output: null },
    { ...common, status: 'SUCCEEDED', stopDate: before + 5000, output: '{"a":1}' },
  ]);
  expect(events.at(-1)).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
  });
});

test('a result larger than a state may hold ends the execution, whatever is caught', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const arn = await machine(task(stage(), { Parameters: { do: 'large', bytes: 262_144 }, Catch }));
  expect(await ended(await begin(arn))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
});

test('state data that grows beyond the limit ends the execution', async () => {
  const Act = { Parameters: { do: 'large', bytes: 200_000 }, ResultPath: '$.result' };
  const arn = await machine(task(stage(), Act));
  const { status, error, cause } = await ended(await begin(arn, { padding: 'x'.repeat(100_000) }));
  expect([status, error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  expect(cause).toContain("The state/task 'Act' returned a result");
});

test('an execution fails at its 25,000th event', async () => {
  const arn = await machine({
    StartAt: 'Again',
    States: { Again: { Type: 'Wait', Seconds: 1, Next: 'Again' } },
  });
  const executionArn = await begin(arn);
  const { status, error, cause } = await ended(executionArn);
  expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
  expect(cause).toBe('The execution reached the maximum number of history events (25000).');
  const { events: last } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(last).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
});

test('a task that takes longer than its own time-out fails, and what its function answers later is not heard', async () => {
  const fast = createCloud(scaledClock(1000));
  for (const service of [lambda(fast), states(fast)]) fast.services.set(service.name, service);
  fast.iam.roles = cloud.iam.roles;
  const admin = `arn:aws:iam::${build}:user/admin`;
  fast.iam.users.set(admin, cloud.iam.users.get(admin)!);
  const over = Promise.withResolvers<void>();
  fast.listeners.push(({ detail }) => detail.status !== 'RUNNING' && over.resolve());
  const call = (operation: string, input: unknown) =>
    fast.invoke('states', operation, input, { caller: { account: build, arn: admin }, region }) as Promise<never>;
  const definition = JSON.stringify(
    task(stage(fast), {
      Parameters: { do: 'wait', ms: 50 },
      TimeoutSeconds: 0.05,
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
    'LambdaFunctionTimedOut',
    'TaskStateExited',
    'WaitStateEntered',
    'WaitStateExited',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
  await stopFunctions(fast);
});

test.each([
  ['a function that does not exist', machineRole, 'Lambda.ResourceNotFoundException'],
  ['a role that may not invoke', functionRole, 'Lambda.AWSLambdaException'],
])('%s is an error of the task', async (_, roleArn, error) => {
  const Resource = roleArn === machineRole ? `arn:aws:lambda:${region}:${build}:function:none` : stage();
  const arn = await machine(task(Resource, { Parameters: { do: 'nothing' } }), roleArn);
  expect(await ended(await begin(arn))).toMatchObject({ status: 'FAILED', error });
});

test('histories and lists come in pages', async () => {
  const arn = await machine(wait(1));
  const first = await begin(arn, {}, 'first');
  await ended(first);
  const second = await begin(arn, {}, 'second');
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

test('a machine is described as it was made', async () => {
  const arn = await machine(wait(1));
  const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  expect(found).toMatchObject({
    status: 'ACTIVE',
    type: 'STANDARD',
    roleArn: machineRole,
    definition: JSON.stringify(wait(1)),
  });
});

const one = (state: Record<string, unknown>) => ({ StartAt: 'One', States: { One: state } });
test.each([
  ['JSONata', one({ Type: 'Pass', QueryLanguage: 'JSONata', End: true }), 'NotCovered', 'QueryLanguage'],
  [
    'the time a state was entered',
    one({ Type: 'Pass', Parameters: { 't.$': '$$.State.EnteredTime' }, End: true }),
    'NotCovered',
    '$$.State',
  ],
  [
    'a task of another service',
    one({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true }),
    'NotCovered',
    'Resource',
  ],
  ['a state that leads nowhere', one({ Type: 'Pass', Next: 'Two' }), 'InvalidDefinition', "'Two'"],
  ['no states', {}, 'InvalidDefinition', 'States'],
])('a definition with %s is refused by name', async (_, definition, name, word) => {
  const refused = machine(definition);
  await expect(refused).rejects.toMatchObject({ name });
  await expect(refused).rejects.toThrow(word);
});

test('two hundred executions at once all come to their end', async () => {
  const arn = await machine({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 30, Next: 'Act' },
      Act: { Type: 'Task', Resource: stage(), Parameters: { do: 'nothing' }, End: true },
    },
  });
  const all = await Promise.all(Array.from({ length: 200 }, () => begin(arn)));
  await clock.until(() => all.every((execution) => stateChanges(execution).length === 2));
  expect(all.map((execution) => stateChanges(execution).at(-1)!.status)).toEqual(all.map(() => 'SUCCEEDED'));
});
