import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll } from 'vitest';
import { installFunction, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import { logs } from '../../local/logs.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, startCloud } from '../start.ts';

/** The embedded Lambda with its logs, and functions whose behaviour the event defines. */
export const { cloud, clock, as } = await startCloud(lambda, logs);
export const roleArn = `arn:aws:iam::${buildAccountId}:role/stage`;
const everything = { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' };
const trusted = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };
cloud.iam.roles.set(roleArn, {
  arn: roleArn,
  trust: { Version: '2012-10-17', Statement: [trusted] },
  policies: { all: { Version: '2012-10-17', Statement: [everything] } },
});
export const client = new LambdaClient(as(buildAccountId));
afterAll(() => stopFunctions(cloud));

export const installTestFunction = (
  name: string,
  timeoutSeconds = 30,
  more: { file?: string; handler?: string; environment?: Record<string, string>; policy?: PolicyDocument } = {},
) =>
  installFunction(cloud, {
    name,
    account: buildAccountId,
    region,
    file: `${import.meta.dirname}/fixtures/stage.mjs`,
    handler: 'stage.handler',
    environment: { COLOUR: 'blue' },
    roleArn,
    timeoutSeconds,
    memoryMb: 256,
    ...more,
  });

export const invokeFunction = async (
  FunctionName: string,
  event: unknown,
  more: { LogType?: 'Tail'; InvocationType?: 'Event' | 'DryRun' } = {},
) => {
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
  const text = answer.Payload?.transformToString() ?? '';
  return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
};

export const readLogLines = async (name: string) => {
  const as = { caller: { account: buildAccountId, arn: `arn:aws:iam::${buildAccountId}:user/admin` }, region };
  const group = { logGroupName: `/aws/lambda/${name}` };
  const answer = (await cloud.invoke('logs', 'FilterLogEvents', group, as)) as { events: { message: string }[] };
  return answer.events.map(({ message }) => message);
};
