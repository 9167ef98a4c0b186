import { beforeEach } from 'vitest';
import { authorize } from '../../local/authorize.ts';
import { createJumpingClock } from '../../local/clock.ts';
import type { AuthorizationDetails, Call } from '../../local/cloud.ts';
import { createCloud } from '../../local/create-cloud.ts';
import type { Caller, PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, testAccountId } from '../start.ts';

export const policyWith = (...Statement: Record<string, unknown>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});
export const allowStatement = (Action: string, Resource: string, more = {}) => ({
  Sid: 'Yes',
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const denyStatement = (Action: string, Resource: string, more = {}) => ({
  Sid: 'No',
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});
export const accountRoot = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });

export const roleArn = `arn:aws:iam::${testAccountId}:role/test-deployment`;
export const ownSecretArn = `arn:aws:secretsmanager:${region}:${testAccountId}:secret:mine-AbCdEf`;
export const otherSecretArn = `arn:aws:secretsmanager:${region}:${buildAccountId}:secret:theirs-AbCdEf`;
export const keyArn = `arn:aws:kms:${region}:${buildAccountId}:key/11111111-2222-4333-8444-555555555555`;
export const getSecretValue = 'secretsmanager:GetSecretValue';

let cloud = createCloud(createJumpingClock());
beforeEach(() => {
  cloud = createCloud(createJumpingClock());
});

/** Returns a session of the deployment role, which has this one policy or does not exist. */
export const callerWith = (identity: PolicyDocument | undefined, session?: PolicyDocument): Caller => {
  if (identity) cloud.iam.roles.set(roleArn, { arn: roleArn, trust: policyWith(), policies: { work: identity } });
  return { ...cloud.iam.session(roleArn, 'run'), ...(session ? { sessionPolicy: session } : {}) };
};

/** Returns the record of one decision; throws any error other than a denial. */
export const recordDecision = async (
  caller: Caller,
  [action, resource]: [string, string],
  more: AuthorizationDetails = {},
) => {
  const call: Call = { cloud, caller, region, operation: 'Do', allow: async () => {} };
  await authorize(call, 'any', { action, resource, ...more }).catch((error) => {
    if (!error.name.startsWith('AccessDenied')) throw error;
  });
  return cloud.authorizations.at(-1)!;
};
