import { GetFunctionConfigurationCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { getFunctions } from '../../local/lambda/functions.ts';
import { buildAccountId, region } from '../start.ts';
import { client, clock, cloud, installTestFunction, invokeFunction, readLogLines, roleArn } from './functions.ts';

test("a function has its own variables and credentials of its own role, and nothing of the emulator's process", async () => {
  installTestFunction('variables');
  const { value } = await invokeFunction('variables', { do: 'environment' });
  expect(value).toMatchObject({ COLOUR: 'blue', AWS_REGION: region, AWS_ENDPOINT_URL: cloud.url });
  expect(value).toMatchObject({ AWS_LAMBDA_FUNCTION_NAME: 'variables', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256' });
  expect(value.PATH).toBeUndefined();
  expect(cloud.iam.findCredentials(value.AWS_ACCESS_KEY_ID, value.AWS_SESSION_TOKEN)?.caller).toMatchObject({
    roleArn,
    arn: `arn:aws:sts::${buildAccountId}:assumed-role/stage/variables`,
  });
});

test('a warm environment keeps its state, and another function sees nothing of it', async () => {
  installTestFunction('warm');
  installTestFunction('other');
  expect((await invokeFunction('warm', { do: 'count' })).value).toEqual({ calls: 1 });
  expect((await invokeFunction('warm', { do: 'count' })).value).toEqual({ calls: 2 });
  expect((await invokeFunction('other', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('a function sees the simulated time', async () => {
  installTestFunction('time');
  let rung = false;
  clock.after(3_600_000, () => {
    rung = true;
  });
  await clock.advanceUntil(() => rung);
  const { value } = await invokeFunction('time', { do: 'now' });
  expect(value).toEqual({ now: new Date(clock.now()).toISOString(), same: true });
});

test('an environment whose credentials are about to expire is not used again', async () => {
  installTestFunction('long-lived');
  await invokeFunction('long-lived', { do: 'count' });
  const [first] = getFunctions(cloud).byArn.get(
    `arn:aws:lambda:${region}:${buildAccountId}:function:long-lived`,
  )!.environments;
  let rung = false;
  clock.after(first!.expires - clock.now() - 60_000, () => {
    rung = true;
  });
  await clock.advanceUntil(() => rung);
  expect((await invokeFunction('long-lived', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('the context contains the request id, the ARN, the log names and the remaining time', async () => {
  const arn = installTestFunction('context', 20);
  const { value } = await invokeFunction(arn, { do: 'context' });
  expect(value).toMatchObject({ functionName: 'context', invokedFunctionArn: arn, memoryLimitInMB: '256' });
  expect(value.logGroupName).toBe('/aws/lambda/context');
  expect(value.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST][0-9a-f]{32}$/);
  expect(value.remaining).toBeGreaterThan(10_000);
  expect(value.remaining).toBeLessThanOrEqual(20_000);
});

test('a result of undefined is null', async () => {
  installTestFunction('nothing');
  expect((await invokeFunction('nothing', { do: 'nothing' })).value).toBeNull();
});

test('at most four environments run at once, each for one invocation at a time', async () => {
  installTestFunction('crowd');
  const answers = await Promise.all(Array.from({ length: 9 }, () => invokeFunction('crowd', { do: 'wait', ms: 5 })));
  expect(answers.every(({ StatusCode }) => StatusCode === 200)).toBe(true);
  const { environments } = getFunctions(cloud).byArn.get(`arn:aws:lambda:${region}:${buildAccountId}:function:crowd`)!;
  expect(environments).toHaveLength(4);
});

test('the log contains START, the output, END and REPORT, and its tail is returned with the answer', async () => {
  installTestFunction('talks');
  const answer = await invokeFunction('talks', { do: 'say', text: 'hello' }, { LogType: 'Tail' });
  await clock.advanceUntil(() => true);
  const written = await readLogLines('talks');
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

test('a function is described and listed', async () => {
  const arn = installTestFunction('described');
  const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'described' }));
  expect(found).toMatchObject({ FunctionArn: arn, Runtime: 'nodejs24.x', Role: roleArn, Timeout: 30 });
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions?.map(({ FunctionName }) => FunctionName)).toContain('described');
});
