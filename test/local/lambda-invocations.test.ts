import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { functionsOf } from '../../local/lambda/functions.ts';
import type { PolicyDocument } from '../../local/service.ts';
import { build, region } from '../start.ts';
import { client, clock, cloud, install, invoke, lines } from './functions.ts';

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
