import { beforeEach } from 'vitest';
import { authorize } from '../../local/authorize.ts';
import { jumpingClock } from '../../local/clock.ts';
import { createCloud } from '../../local/create-cloud.ts';
import type { Call, Caller, Circumstances, PolicyDocument } from '../../local/service.ts';
import { build, region, test } from '../start.ts';

export const policy = (...Statement: Record<string, unknown>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});
export const allow = (Action: string, Resource: string, more = {}) => ({
  Sid: 'Yes',
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (Action: string, Resource: string, more = {}) => ({
  Sid: 'No',
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});
export const account = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });

export const roleArn = `arn:aws:iam::${test}:role/test-deployment`;
export const secret = `arn:aws:secretsmanager:${region}:${test}:secret:mine-AbCdEf`;
export const theirs = `arn:aws:secretsmanager:${region}:${build}:secret:theirs-AbCdEf`;
export const key = `arn:aws:kms:${region}:${build}:key/11111111-2222-4333-8444-555555555555`;
export const get = 'secretsmanager:GetSecretValue';

let cloud = createCloud(jumpingClock());
beforeEach(() => {
  cloud = createCloud(jumpingClock());
});

/** A session of the deployment role, which has this one policy, or does not exist. */
export const as = (identity: PolicyDocument | undefined, session?: PolicyDocument): Caller => {
  if (identity) cloud.iam.roles.set(roleArn, { arn: roleArn, trust: policy(), policies: { work: identity } });
  return { ...cloud.iam.session(roleArn, 'run'), ...(session ? { sessionPolicy: session } : {}) };
};

/** The record of one decision; what is not a refusal is thrown. */
export const decide = async (caller: Caller, [action, resource]: [string, string], more: Circumstances = {}) => {
  const call: Call = { cloud, caller, region, operation: 'Do', allow: async () => {} };
  await authorize(call, 'any', { action, resource, ...more }).catch((error) => {
    if (!error.name.startsWith('AccessDenied')) throw error;
  });
  return cloud.calls.at(-1)!;
};
