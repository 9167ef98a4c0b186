import { describe, expect, it } from 'vitest';
import { allowCacheKey } from '../../policy-evaluator/allow-cache.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, testAccountId } from '../start.ts';
import {
  accountRoot,
  allowStatement,
  callerWith,
  getSecretValue,
  otherSecretArn,
  policyWith,
  recordDecision,
} from './decide.ts';

const identity = { work: policyWith(allowStatement(getSecretValue, '*')) };
const session = (name: string) => ({
  account: testAccountId,
  arn: `arn:aws:sts::${testAccountId}:assumed-role/deploy/${name}`,
  roleArn: `arn:aws:iam::${testAccountId}:role/deploy`,
});
const question = {
  caller: session('one'),
  region,
  action: getSecretValue,
  resource: otherSecretArn,
  circumstances: {},
};
const ofResource = (principal: object, more = {}): PolicyDocument =>
  policyWith(allowStatement(getSecretValue, '*', { Principal: principal, ...more }));
const role = ofResource({ AWS: session('one').roleArn });
const oneSession = ofResource({ AWS: session('one').arn });

describe('two requests', () => {
  const ask = (changes: object) => allowCacheKey({ ...question, ...changes }, identity);

  it.each([
    ['by two sessions of a role', { caller: session('two') }, {}],
    [
      'by two sessions, if the resource policy names the role',
      { caller: session('two'), circumstances: { policy: role } },
      { circumstances: { policy: role } },
    ],
    [
      'under different policy objects with equal text',
      { circumstances: { policy: structuredClone(role) } },
      { circumstances: { policy: role } },
    ],
  ])('share one decision: %s', (_, one, other) => {
    expect(ask(one)).toBe(ask(other));
  });

  it.each([
    ['the action', { action: 'secretsmanager:PutSecretValue' }],
    ['the resource', { resource: `${otherSecretArn}2` }],
    ['the Region', { region: 'eu-central-1' }],
    ['the role', { caller: { ...session('one'), arn: `arn:aws:sts::${testAccountId}:assumed-role/other/one` } }],
    ["the caller's account", { caller: { ...session('one'), account: buildAccountId } }],
    ["the caller's context", { caller: { ...session('one'), context: { 'kms:ViaService': 's3' } } }],
    ['the session policy', { caller: { ...session('one'), sessionPolicy: policyWith(allowStatement('*', '*')) } }],
    ['the context', { circumstances: { context: { 'sts:RoleSessionName': 'one' } } }],
    ['the owner', { circumstances: { owner: buildAccountId } }],
    ['the resource policy', { circumstances: { policy: role } }],
  ])('have separate decisions if they differ in %s', (_, changes) => {
    expect(ask(changes)).not.toBe(ask({}));
  });

  it('have separate decisions if the identity policies differ', () => {
    expect(allowCacheKey(question, { work: policyWith() })).not.toBe(ask({}));
  });

  it('by two sessions have separate decisions if the resource policy names a session', () => {
    const circumstances = { policy: oneSession };
    expect(ask({ caller: session('two'), circumstances })).not.toBe(ask({ circumstances }));
  });

  it.each(['aws:CurrentTime', 'AWS:EpochTime'])('are evaluated each time if a policy depends on %s', (key) => {
    const Condition = { DateLessThan: { [key]: '2031-01-01T00:00:00Z' } };
    const timed = policyWith(allowStatement(getSecretValue, '*', { Condition }));
    expect(allowCacheKey(question, { work: timed })).toBeUndefined();
    expect(ask({ caller: { ...session('one'), sessionPolicy: timed } })).toBeUndefined();
    expect(ask({ circumstances: { policy: ofResource({ AWS: '*' }, { Condition }) } })).toBeUndefined();
  });
});

it('a session that no policy names is denied even after the named session was allowed', async () => {
  const named = { ...callerWith(policyWith(allowStatement(getSecretValue, '*'))) };
  const policy = policyWith(allowStatement(getSecretValue, '*', { Principal: { AWS: named.arn } }));
  const asked: [string, string] = [getSecretValue, otherSecretArn];
  expect((await recordDecision(named, asked, { policy })).denied).toBeUndefined();
  const unnamed = { ...named, arn: named.arn.replace(/[^/]+$/, 'unnamed') };
  expect((await recordDecision(unnamed, asked, { policy })).denied).toContain('resource-based');
  expect(
    (
      await recordDecision(unnamed, asked, {
        policy: policyWith(allowStatement(getSecretValue, '*', { Principal: accountRoot(testAccountId) })),
      })
    ).denied,
  ).toBeUndefined();
});
