import { describe, expect, it } from 'vitest';
import type { Caller, Circumstances, PolicyDocument } from '../../local/service.ts';
import { build, region, test } from '../start.ts';
import { account, allow, as, decide, deny, get, key, policy, secret, theirs } from './decide.ts';

describe('what allows a request is on record', () => {
  it('by policy and Sid, of every policy that had a say', async () => {
    const caller = as(
      policy(allow(get, '*'), { Effect: 'Allow', Action: '*', Resource: '*' }),
      policy(allow(get, theirs)),
    );
    const { allowedBy } = await decide(caller, [get, theirs], {
      policy: policy(allow(get, '*', { Principal: account(test), Sid: 'Border' })),
    });
    expect(allowedBy).toEqual(['work/Yes', 'work/2', 'session policy/Yes', 'resource policy/Border']);
  });

  it('a service is allowed by the resource alone', async () => {
    const events: Caller = {
      account: build,
      arn: 'events.amazonaws.com',
      context: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111111111111:rule/r' },
    };
    const fn = `arn:aws:lambda:${region}:${build}:function:take-job`;
    const grant = (source: string) =>
      policy(
        allow('lambda:InvokeFunction', fn, {
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnLike: { 'aws:SourceArn': source } },
        }),
      );
    const asked: [string, string] = ['lambda:InvokeFunction', fn];
    expect((await decide(events, asked, { policy: grant('arn:aws:events:*:*:rule/r') })).allowedBy).toEqual([
      'resource policy/Yes',
    ]);
    expect((await decide(events, asked, { policy: grant('arn:aws:events:*:*:rule/other') })).denied).toContain(
      'resource-based',
    );
  });
});

describe('conditions see how a request was made', () => {
  const pass = 'iam:PassRole';
  const role = `arn:aws:iam::${test}:role/task`;
  const toEcs = policy(
    allow(pass, role, { Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } }),
  );
  const overTls = policy(allow(get, '*'), deny(get, '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
  const viaS3 = policy(
    allow('kms:Decrypt', '*', { Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } } }),
  );
  const grant = { policy: policy(allow('kms:*', '*', { Principal: account(test) })) };

  it.each<[string, PolicyDocument, [string, string], Circumstances, Caller['context'], boolean]>([
    [
      'a role passed to ECS',
      toEcs,
      [pass, role],
      { context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      {},
      true,
    ],
    [
      'a role passed to EC2',
      toEcs,
      [pass, role],
      { context: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      {},
      false,
    ],
    ['a secure connection', overTls, [get, secret], {}, {}, true],
    ['a plain connection', overTls, [get, secret], {}, { 'aws:SecureTransport': 'false' }, false],
    ['a key through S3', viaS3, ['kms:Decrypt', key], grant, { 'kms:ViaService': `s3.${region}.amazonaws.com` }, true],
    ['a key by itself', viaS3, ['kms:Decrypt', key], grant, {}, false],
  ])('%s', async (_, identity, asked, more, context, allowed) => {
    const { denied } = await decide({ ...as(identity), context: context ?? {} }, asked, more);
    expect(denied === undefined).toBe(allowed);
  });
});

describe('what the simulator cannot judge is an error of ours, not an answer', () => {
  it.each<[string, [string, string], Circumstances, string]>([
    ['an action that does not exist', ['ecs:Explode', '*'], {}, 'invalid.action'],
    ['a resource for an action that takes none', ['ecs:DescribeTaskDefinition', key], {}, 'must.use.wildcard'],
    ['a resource of another type', [get, key], {}, 'no.resource.types'],
    [
      'a context key that the action has not',
      [get, secret],
      { context: { 'ecs:cluster': 'c' } },
      'no context key ecs:cluster',
    ],
  ])('%s', async (_, asked, more, text) => {
    await expect(decide(as(policy(allow('*', '*'))), asked, more)).rejects.toThrow(text);
  });
});
