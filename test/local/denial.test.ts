import { describe, expect, it } from 'vitest';
import type { AuthorizationDetails } from '../../local/cloud.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, testAccountId } from '../start.ts';
import {
  accountRoot,
  allowStatement,
  callerWith,
  denyStatement,
  getSecretValue,
  otherSecretArn,
  ownSecretArn,
  policyWith,
  recordDecision,
  roleArn,
} from './decide.ts';

describe('a denial names the policy that AWS would name:', () => {
  const nothing = policyWith(allowStatement('ec2:DescribeInstances', '*'));
  const all = policyWith(allowStatement(getSecretValue, '*'));
  const grants = (id: string) => policyWith(allowStatement(getSecretValue, '*', { Principal: accountRoot(id) }));
  const grantsRole = policyWith(allowStatement(getSecretValue, '*', { Principal: { AWS: roleArn } }));

  it.each<[string, PolicyDocument, [string, string], AuthorizationDetails, string]>([
    [
      'own account, no permission',
      nothing,
      [getSecretValue, ownSecretArn],
      {},
      'because no identity-based policy allows',
    ],
    [
      'own account, explicit deny',
      policyWith(allowStatement(getSecretValue, '*'), denyStatement(getSecretValue, '*')),
      [getSecretValue, ownSecretArn],
      {},
      'with an explicit deny in an identity-based policy',
    ],
    [
      'own account, denied by the resource policy',
      all,
      [getSecretValue, ownSecretArn],
      { policy: policyWith(denyStatement(getSecretValue, '*', { Principal: '*' })) },
      'with an explicit deny in a resource-based policy',
    ],
    [
      'other account, neither policy allows',
      nothing,
      [getSecretValue, otherSecretArn],
      {},
      'because no resource-based policy allows',
    ],
    [
      'other account, the resource policy does not allow',
      all,
      [getSecretValue, otherSecretArn],
      {},
      'because no resource-based policy allows',
    ],
    [
      'other account, the resource policy allows only its root',
      nothing,
      [getSecretValue, otherSecretArn],
      { policy: grants(testAccountId) },
      'because no resource-based policy allows',
    ],
    [
      'other account, the resource policy allows the role',
      nothing,
      [getSecretValue, otherSecretArn],
      { policy: grantsRole },
      'because no identity-based policy allows',
    ],
    [
      'other account, the resource policy allows a third account',
      all,
      [getSecretValue, otherSecretArn],
      { policy: grants('333333333333') },
      'because no resource-based policy allows',
    ],
  ])('%s', async (_, identity, asked, more, because) => {
    const { denied, allowedBy } = await recordDecision(callerWith(identity), asked, more);
    expect(denied).toMatch(
      `User: arn:aws:sts::${testAccountId}:assumed-role/test-deployment/run is not authorized to perform: ${getSecretValue} on resource: ${asked[1]} ${because}`,
    );
    expect(allowedBy).toEqual([]);
  });

  it('S3 quotes the resource', async () => {
    const { denied } = await recordDecision(callerWith(nothing), ['s3:GetObject', 'arn:aws:s3:::b/k'], {
      owner: buildAccountId,
    });
    expect(denied).toContain('on resource: "arn:aws:s3:::b/k" because no resource-based policy');
  });

  it('a session policy that does not allow it is named', async () => {
    const caller = callerWith(
      all,
      policyWith(allowStatement(getSecretValue, 'arn:aws:secretsmanager:*:*:secret:other-*')),
    );
    expect((await recordDecision(caller, [getSecretValue, ownSecretArn])).denied).toContain(
      'because no session policy allows',
    );
  });

  it('a role that no longer exists is allowed nothing', async () => {
    expect((await recordDecision(callerWith(undefined), [getSecretValue, ownSecretArn])).denied).toContain(
      'no identity-based policy',
    );
  });
});
