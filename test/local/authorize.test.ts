import { describe, expect, it } from 'vitest';
import type { AuthorizationDetails } from '../../local/cloud.ts';
import type { Caller, PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, testAccountId } from '../start.ts';
import {
  accountRoot,
  allowStatement,
  callerWith,
  denyStatement,
  getSecretValue,
  keyArn,
  otherSecretArn,
  ownSecretArn,
  policyWith,
  recordDecision,
} from './decide.ts';

describe('an allowed request records what allowed it', () => {
  it('by policy and Sid, for every policy that took part', async () => {
    const caller = callerWith(
      policyWith(allowStatement(getSecretValue, '*'), { Effect: 'Allow', Action: '*', Resource: '*' }),
      policyWith(allowStatement(getSecretValue, otherSecretArn)),
    );
    const { allowedBy } = await recordDecision(caller, [getSecretValue, otherSecretArn], {
      policy: policyWith(allowStatement(getSecretValue, '*', { Principal: accountRoot(testAccountId), Sid: 'Border' })),
    });
    expect(allowedBy).toEqual(['work/Yes', 'work/2', 'session policy/Yes', 'resource policy/Border']);
  });

  it('a request of a service is allowed by the resource policy alone', async () => {
    const events: Caller = {
      account: buildAccountId,
      arn: 'events.amazonaws.com',
      context: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111111111111:rule/r' },
    };
    const fn = `arn:aws:lambda:${region}:${buildAccountId}:function:take-job`;
    const grant = (source: string) =>
      policyWith(
        allowStatement('lambda:InvokeFunction', fn, {
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnLike: { 'aws:SourceArn': source } },
        }),
      );
    const asked: [string, string] = ['lambda:InvokeFunction', fn];
    expect((await recordDecision(events, asked, { policy: grant('arn:aws:events:*:*:rule/r') })).allowedBy).toEqual([
      'resource policy/Yes',
    ]);
    expect((await recordDecision(events, asked, { policy: grant('arn:aws:events:*:*:rule/other') })).denied).toContain(
      'resource-based',
    );
  });
});

describe('conditions are evaluated with', () => {
  const pass = 'iam:PassRole';
  const role = `arn:aws:iam::${testAccountId}:role/task`;
  const toEcs = policyWith(
    allowStatement(pass, role, { Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } }),
  );
  const overTls = policyWith(
    allowStatement(getSecretValue, '*'),
    denyStatement(getSecretValue, '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  );
  const viaS3 = policyWith(
    allowStatement('kms:Decrypt', '*', {
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    }),
  );
  const grant = { policy: policyWith(allowStatement('kms:*', '*', { Principal: accountRoot(testAccountId) })) };

  it.each<[string, PolicyDocument, [string, string], AuthorizationDetails, Caller['context'], boolean]>([
    [
      'a role that is passed to ECS',
      toEcs,
      [pass, role],
      { context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      {},
      true,
    ],
    [
      'a role that is passed to EC2',
      toEcs,
      [pass, role],
      { context: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      {},
      false,
    ],
    ['a secure connection', overTls, [getSecretValue, ownSecretArn], {}, {}, true],
    ['a plain connection', overTls, [getSecretValue, ownSecretArn], {}, { 'aws:SecureTransport': 'false' }, false],
    [
      'a key that is used through S3',
      viaS3,
      ['kms:Decrypt', keyArn],
      grant,
      { 'kms:ViaService': `s3.${region}.amazonaws.com` },
      true,
    ],
    ['a key that is used directly', viaS3, ['kms:Decrypt', keyArn], grant, {}, false],
  ])('%s', async (_, identity, asked, more, context, allowed) => {
    const { denied } = await recordDecision({ ...callerWith(identity), context: context ?? {} }, asked, more);
    expect(denied === undefined).toBe(allowed);
  });
});

describe('a request that the simulator cannot judge throws an internal error:', () => {
  it.each<[string, [string, string], AuthorizationDetails, string]>([
    ['an action that does not exist', ['ecs:Explode', '*'], {}, 'invalid.action'],
    ['a resource for an action that takes none', ['ecs:DescribeTaskDefinition', keyArn], {}, 'must.use.wildcard'],
    ['a resource of another type', [getSecretValue, keyArn], {}, 'no.resource.types'],
    [
      'a context key that the action does not have',
      [getSecretValue, ownSecretArn],
      { context: { 'ecs:cluster': 'c' } },
      'no context key ecs:cluster',
    ],
  ])('%s', async (_, asked, more, text) => {
    await expect(recordDecision(callerWith(policyWith(allowStatement('*', '*'))), asked, more)).rejects.toThrow(text);
  });
});
