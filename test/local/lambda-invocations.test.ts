import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { getFunctions } from '../../local/lambda/functions.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region } from '../start.ts';
import { client, clock, cloud, installTestFunction, invokeFunction, readLogLines } from './functions.ts';

test.each([
  ['a rule that the policy names', `arn:aws:events:${region}:${buildAccountId}:rule/own`, undefined],
  ['another rule', `arn:aws:events:${region}:${buildAccountId}:rule/other`, 'AccessDeniedException'],
])('a service can invoke a function if its policy allows it: %s', async (_, source, refusal) => {
  const policy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Rule',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: `arn:aws:lambda:${region}:${buildAccountId}:function:ruled`,
        Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${region}:${buildAccountId}:rule/own` } },
      },
    ],
  };
  const FunctionName = installTestFunction('ruled', 30, { policy });
  const caller = { account: buildAccountId, arn: 'events.amazonaws.com', context: { 'aws:SourceArn': source } };
  const asked = { FunctionName, InvocationType: 'DryRun' };
  const refused = await cloud.invoke('lambda', 'Invoke', asked, { caller, region }).catch(({ name }) => name);
  expect(refused).toEqual(refusal ?? { StatusCode: 204 });
});

test('a failed asynchronous invocation is retried after one and two minutes and then succeeds', async () => {
  installTestFunction('async');
  const before = clock.now();
  const answer = await invokeFunction('async', { do: 'fail', times: 2 }, { InvocationType: 'Event' });
  expect(answer.StatusCode).toBe(202);
  const starts = async () => (await readLogLines('async')).filter((line) => line.startsWith('START'));
  let ended = 0;
  for (const minutes of [0, 1, 3]) {
    await clock.advanceUntil(() => clock.now() >= before + minutes * 60_000);
    ended += 1;
    expect(await starts()).toHaveLength(ended);
  }
  const ids = new Set(await starts());
  expect(ids.size, 'the request keeps its id').toBe(1);
  expect(getFunctions(cloud).deadLetters).toEqual([]);
});

test('an asynchronous invocation that fails three times is not retried again', async () => {
  const functionArn = installTestFunction('hopeless');
  const before = clock.now();
  await invokeFunction('hopeless', { do: 'refuse' }, { InvocationType: 'Event' });
  await clock.advanceUntil(() => getFunctions(cloud).deadLetters.length > 0);
  expect(clock.now() - before).toBe(180_000);
  expect(getFunctions(cloud).deadLetters).toMatchObject([{ functionArn, payload: '{"do":"refuse"}' }]);
});

const megabytes = (count: number) => ({ do: 'count', padding: 'x'.repeat(count * 1024 * 1024) });

test.each([
  ['a request over 6 MB', megabytes(6), undefined, 'RequestTooLargeException'],
  ['an asynchronous request over 1 MB', megabytes(1), 'Event' as const, 'RequestTooLargeException'],
])('%s is refused', async (_, event, InvocationType, name) => {
  installTestFunction('large');
  const type = InvocationType === undefined ? {} : { InvocationType };
  await expect(invokeFunction('large', event, type)).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: 413 },
  });
});

test('a payload that is not JSON, and a function that does not exist, are refused with a message', async () => {
  installTestFunction('plain');
  const send = (FunctionName: string, Payload: string) => client.send(new InvokeCommand({ FunctionName, Payload }));
  await expect(send('plain', '{')).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  await expect(send('nowhere', '{}')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: arn:aws:lambda:${region}:${buildAccountId}:function:nowhere`,
  });
});

test('a dry run checks the permission and runs nothing', async () => {
  installTestFunction('dry');
  expect((await invokeFunction('dry', { do: 'count' }, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  expect((await invokeFunction('dry', { do: 'count' })).value).toEqual({ calls: 1 });
});
