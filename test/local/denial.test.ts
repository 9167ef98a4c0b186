import { describe, expect, it } from 'vitest';
import type { Circumstances, PolicyDocument } from '../../local/service.ts';
import { build, test } from '../start.ts';
import { account, allow, as, decide, deny, get, policy, roleArn, secret, theirs } from './decide.ts';

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
