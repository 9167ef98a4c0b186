import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, expect, test } from 'vitest';
import { functionsOf, installFunction, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import { logs } from '../../local/logs.ts';
import type { PolicyDocument } from '../../local/service.ts';
import { build, region, start } from '../start.ts';

const { cloud, clock, as } = await start(lambda, logs);
const roleArn = `arn:aws:iam::${build}:role/stage`;
const everything = { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' };
const trusted = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };
cloud.iam.roles.set(roleArn, {
  arn: roleArn,
  trust: { Version: '2012-10-17', Statement: [trusted] },
  policies: { all: { Version: '2012-10-17', Statement: [everything] } },
});
const client = new LambdaClient(as(build));
afterAll(() => stopFunctions(cloud));

const install = (
  name: string,
  timeoutSeconds = 30,
  more: { file?: string; handler?: string; policy?: PolicyDocument } = {},
) =>
  installFunction(cloud, {
    name,
    account: build,
    region,
    file: `${import.meta.dirname}/fixtures/stage.mjs`,
    handler: 'stage.handler',
    environment: { COLOUR: 'blue' },
    roleArn,
    timeoutSeconds,
    memoryMb: 256,
    ...more,
  });

const invoke = async (
  FunctionName: string,
  event: unknown,
  more: { LogType?: 'Tail'; InvocationType?: 'Event' | 'DryRun' } = {},
) => {
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
  const text = answer.Payload?.transformToString() ?? '';
  return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
};

const lines = async (name: string) => {
  const as = { caller: { account: build, arn: `arn:aws:iam::${build}:user/admin` }, region };
  const group = { logGroupName: `/aws/lambda/${name}` };
  const answer = (await cloud.invoke('logs', 'FilterLogEvents', group, as)) as { events: { message: string }[] };
  return answer.events.map(({ message }) => message);
};

test('a function sees its own variables and keys of its own role, and nothing of the process around it', async () => {
  install('variables');
  const { value } = await invoke('variables', { do: 'environment' });
  expect(value).toMatchObject({ COLOUR: 'blue', AWS_REGION: region, AWS_ENDPOINT_URL: cloud.url });
  expect(value).toMatchObject({ AWS_LAMBDA_FUNCTION_NAME: 'variables', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256' });
  expect(value.PATH).toBeUndefined();
  expect(cloud.iam.issued(value.AWS_ACCESS_KEY_ID, value.AWS_SESSION_TOKEN)?.caller).toMatchObject({
    roleArn,
    arn: `arn:aws:sts::${build}:assumed-role/stage/variables`,
  });
});

test('a warm environment remembers, and another function remembers nothing of it', async () => {
  install('warm');
  install('other');
  expect((await invoke('warm', { do: 'count' })).value).toEqual({ calls: 1 });
  expect((await invoke('warm', { do: 'count' })).value).toEqual({ calls: 2 });
  expect((await invoke('other', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('a function tells the simulated time', async () => {
  install('time');
  let rung = false;
  clock.after(3_600_000, () => {
    rung = true;
  });
  await clock.until(() => rung);
  const { value } = await invoke('time', { do: 'now' });
  expect(value).toEqual({ now: new Date(clock.now()).toISOString(), same: true });
});

test('an environment whose keys are about to end is not used again', async () => {
  install('long-lived');
  await invoke('long-lived', { do: 'count' });
  const [first] = functionsOf(cloud).byArn.get(`arn:aws:lambda:${region}:${build}:function:long-lived`)!.environments;
  let rung = false;
  clock.after(first!.expires - clock.now() - 60_000, () => {
    rung = true;
  });
  await clock.until(() => rung);
  expect((await invoke('long-lived', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('the context carries the request, the ARN, the log and the time that remains', async () => {
  const arn = install('context', 20);
  const { value } = await invoke(arn, { do: 'context' });
  expect(value).toMatchObject({ functionName: 'context', invokedFunctionArn: arn, memoryLimitInMB: '256' });
  expect(value.logGroupName).toBe('/aws/lambda/context');
  expect(value.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST][0-9a-f]{32}$/);
  expect(value.remaining).toBeGreaterThan(10_000);
  expect(value.remaining).toBeLessThanOrEqual(20_000);
});

test('an answer of nothing is null', async () => {
  install('nothing');
  expect((await invoke('nothing', { do: 'nothing' })).value).toBeNull();
});

test.each([
  [
    'an error is told by its name, its text and its stack',
    { do: 'refuse' },
    'ConfigurationError',
    'the file is missing',
  ],
  ['what is no error is told by its kind', { do: 'word' }, 'string', 'a mere word'],
])('%s', async (_, event, errorType, errorMessage) => {
  install('errors');
  const answer = await invoke('errors', event);
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(answer.value).toMatchObject({ errorType, errorMessage, trace: expect.any(Array) });
});

test.each([
  ['a process that ends with a code', { do: 'exit', code: 3 }, 'Error: Runtime exited with error: exit status 3'],
  ['a process that ends without one', { do: 'exit', code: 0 }, 'Error: Runtime exited without providing a reason'],
  ['a function that needs more memory than it has', { do: 'hog' }, 'Error: Runtime exited with error: signal: killed'],
  ['an error thrown outside the handler', { do: 'later' }, 'Error: Runtime exited with error: exit status 1'],
])('%s is Runtime.ExitError, and the next invocation finds a new environment', async (_, event, reason) => {
  install('exits');
  const { value, FunctionError } = await invoke('exits', event);
  expect(FunctionError).toBe('Unhandled');
  expect(value.errorType).toBe('Runtime.ExitError');
  expect(value.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} /);
  expect(value.errorMessage).toContain(reason);
  expect((await invoke('exits', { do: 'count' })).value).toEqual({ calls: 1 });
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
  install('unborn', 30, more);
  for (const _time of ['first', 'second'])
    expect((await invoke('unborn', {})).value).toMatchObject({ errorType, errorMessage });
});

test.each([
  ['a rule that the policy names', `arn:aws:events:${region}:${build}:rule/own`, undefined],
  ['another rule', `arn:aws:events:${region}:${build}:rule/other`, 'AccessDeniedException'],
])('a service may invoke by the policy of the function: %s', async (_, source, refusal) => {
  const policy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Rule',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: `arn:aws:lambda:${region}:${build}:function:ruled`,
        Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${region}:${build}:rule/own` } },
      },
    ],
  };
  const FunctionName = install('ruled', 30, { policy });
  const caller = { account: build, arn: 'events.amazonaws.com', context: { 'aws:SourceArn': source } };
  const asked = { FunctionName, InvocationType: 'DryRun' };
  const refused = await cloud.invoke('lambda', 'Invoke', asked, { caller, region }).catch(({ name }) => name);
  expect(refused).toEqual(refusal ?? { StatusCode: 204 });
});

test('a function that does not come back is ended at its time-out', async () => {
  install('slow', 0.3);
  const { value } = await invoke('slow', { do: 'hang' });
  expect(value.errorType).toBe('Sandbox.Timedout');
  expect(value.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.30 seconds$/);
  expect((await invoke('slow', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('at most four environments run at once, each for one invocation at a time', async () => {
  install('crowd');
  const answers = await Promise.all(Array.from({ length: 9 }, () => invoke('crowd', { do: 'wait', ms: 5 })));
  expect(answers.every(({ StatusCode }) => StatusCode === 200)).toBe(true);
  const { environments } = functionsOf(cloud).byArn.get(`arn:aws:lambda:${region}:${build}:function:crowd`)!;
  expect(environments).toHaveLength(4);
});

test('the log holds START, what was written, END and REPORT, and its tail comes with the answer', async () => {
  install('talks');
  const answer = await invoke('talks', { do: 'say', text: 'hello' }, { LogType: 'Tail' });
  await clock.until(() => true);
  const written = await lines('talks');
  expect(Buffer.from(answer.LogResult!, 'base64').toString()).toBe(written.join(''));
  expect(written[0]).toMatch(/^START RequestId: \S+ Version: \$LATEST\n$/);
  expect(written[1]).toMatch(/^2026-\d\d-\d\dT[\d:.]+Z\t\S{36}\tINFO\thello\n$/);
  expect(written[2]).toBe('bare\n');
  expect(written[3]).toMatch(/^END RequestId: /);
  expect(written[4]).toMatch(
    /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t/,
  );
  expect(written[4]).toContain('Init Duration: ');
});

test('an asynchronous invocation that fails is tried again after one and after two minutes, then it succeeds', async () => {
  install('async');
  const before = clock.now();
  const answer = await invoke('async', { do: 'fail', times: 2 }, { InvocationType: 'Event' });
  expect(answer.StatusCode).toBe(202);
  const starts = async () => (await lines('async')).filter((line) => line.startsWith('START'));
  let ended = 0;
  for (const minutes of [0, 1, 3]) {
    await clock.until(() => clock.now() >= before + minutes * 60_000);
    ended += 1;
    expect(await starts()).toHaveLength(ended);
  }
  const ids = new Set(await starts());
  expect(ids.size, 'the request keeps its id').toBe(1);
  expect(functionsOf(cloud).deadLetters).toEqual([]);
});

test('an asynchronous invocation that fails three times is given up', async () => {
  const functionArn = install('hopeless');
  const before = clock.now();
  await invoke('hopeless', { do: 'refuse' }, { InvocationType: 'Event' });
  await clock.until(() => functionsOf(cloud).deadLetters.length > 0);
  expect(clock.now() - before).toBe(180_000);
  expect(functionsOf(cloud).deadLetters).toMatchObject([{ functionArn, payload: '{"do":"refuse"}' }]);
});

const megabytes = (count: number) => ({ do: 'count', padding: 'x'.repeat(count * 1024 * 1024) });

test.each([
  ['a request over 6 MB', megabytes(6), undefined, 'RequestTooLargeException'],
  ['an asynchronous request over 1 MB', megabytes(1), 'Event' as const, 'RequestTooLargeException'],
])('%s is refused', async (_, event, InvocationType, name) => {
  install('large');
  const type = InvocationType === undefined ? {} : { InvocationType };
  await expect(invoke('large', event, type)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 413 } });
});

test('an answer over 6 MB is a function error', async () => {
  install('answers');
  const { value } = await invoke('answers', { do: 'large', bytes: 6 * 1024 * 1024 });
  expect(value.errorType).toBe('Function.ResponseSizeTooLarge');
});

test('a payload that is no JSON, and a function that does not exist, are refused in words', async () => {
  install('plain');
  const send = (FunctionName: string, Payload: string) => client.send(new InvokeCommand({ FunctionName, Payload }));
  await expect(send('plain', '{')).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  await expect(send('nowhere', '{}')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: arn:aws:lambda:${region}:${build}:function:nowhere`,
  });
});

test('a dry run checks and runs nothing', async () => {
  install('dry');
  expect((await invoke('dry', { do: 'count' }, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  expect((await invoke('dry', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('a function is described and listed', async () => {
  const arn = install('described');
  const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'described' }));
  expect(found).toMatchObject({ FunctionArn: arn, Runtime: 'nodejs24.x', Role: roleArn, Timeout: 30 });
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions?.map(({ FunctionName }) => FunctionName)).toContain('described');
});
