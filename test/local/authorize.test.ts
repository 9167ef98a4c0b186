import { beforeEach, describe, expect, it } from 'vitest';
import { authorize } from '../../local/authorize.ts';
import { jumpingClock } from '../../local/clock.ts';
import { createCloud } from '../../local/create-cloud.ts';
import type { Call, Caller, Circumstances, PolicyDocument } from '../../local/service.ts';
import { build, region, test } from '../start.ts';

const policy = (...Statement: Record<string, unknown>[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource: string, more = {}) => ({
  Sid: 'Yes',
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource: string, more = {}) => ({
  Sid: 'No',
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});
const account = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });

const roleArn = `arn:aws:iam::${test}:role/test-deployment`;
const secret = `arn:aws:secretsmanager:${region}:${test}:secret:mine-AbCdEf`;
const theirs = `arn:aws:secretsmanager:${region}:${build}:secret:theirs-AbCdEf`;
const key = `arn:aws:kms:${region}:${build}:key/11111111-2222-4333-8444-555555555555`;
const get = 'secretsmanager:GetSecretValue';

let cloud = createCloud(jumpingClock());
beforeEach(() => {
  cloud = createCloud(jumpingClock());
});

const as = (identity: PolicyDocument | undefined, session?: PolicyDocument): Caller => {
  if (identity) cloud.iam.roles.set(roleArn, { arn: roleArn, trust: policy(), policies: { work: identity } });
  return { ...cloud.iam.session(roleArn, 'run'), ...(session ? { sessionPolicy: session } : {}) };
};

const decide = async (caller: Caller, [action, resource]: [string, string], more: Circumstances = {}) => {
  const call: Call = { cloud, caller, region, operation: 'Do', allow: async () => {} };
  await authorize(call, 'any', { action, resource, ...more }).catch((error) => {
    if (!error.name.startsWith('AccessDenied')) throw error;
  });
  return cloud.calls.at(-1)!;
};

describe('a refusal names the policy that AWS would name', () => {
  const nothing = policy(allow('ec2:DescribeInstances', '*'));
  const all = policy(allow(get, '*'));
  const grants = (id: string) => policy(allow(get, '*', { Principal: account(id) }));
  const grantsRole = policy(allow(get, '*', { Principal: { AWS: roleArn } }));

  it.each<[string, PolicyDocument, [string, string], Circumstances, string]>([
    ['own account, no permission', nothing, [get, secret], {}, 'because no identity-based policy allows'],
    [
      'own account, explicit deny',
      policy(allow(get, '*'), deny(get, '*')),
      [get, secret],
      {},
      'with an explicit deny in an identity-based policy',
    ],
    [
      'own account, the resource denies',
      all,
      [get, secret],
      { policy: policy(deny(get, '*', { Principal: '*' })) },
      'with an explicit deny in a resource-based policy',
    ],
    ['other account, both missing', nothing, [get, theirs], {}, 'because no resource-based policy allows'],
    ['other account, resource missing', all, [get, theirs], {}, 'because no resource-based policy allows'],
    [
      'other account, only its root is granted',
      nothing,
      [get, theirs],
      { policy: grants(test) },
      'because no resource-based policy allows',
    ],
    [
      'other account, the role is granted',
      nothing,
      [get, theirs],
      { policy: grantsRole },
      'because no identity-based policy allows',
    ],
    [
      'other account, a third is granted',
      all,
      [get, theirs],
      { policy: grants('333333333333') },
      'because no resource-based policy allows',
    ],
  ])('%s', async (_, identity, asked, more, because) => {
    const { denied, allowedBy } = await decide(as(identity), asked, more);
    expect(denied).toMatch(
      `User: arn:aws:sts::${test}:assumed-role/test-deployment/run is not authorized to perform: ${get} on resource: ${asked[1]} ${because}`,
    );
    expect(allowedBy).toEqual([]);
  });

  it('S3 puts the resource in quotes', async () => {
    const { denied } = await decide(as(nothing), ['s3:GetObject', 'arn:aws:s3:::b/k'], { owner: build });
    expect(denied).toContain('on resource: "arn:aws:s3:::b/k" because no resource-based policy');
  });

  it('a session policy that lacks the permission is named', async () => {
    const caller = as(all, policy(allow(get, 'arn:aws:secretsmanager:*:*:secret:other-*')));
    expect((await decide(caller, [get, secret])).denied).toContain('because no session policy allows');
  });

  it('a role that no longer exists may nothing', async () => {
    expect((await decide(as(undefined), [get, secret])).denied).toContain('no identity-based policy');
  });
});

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
