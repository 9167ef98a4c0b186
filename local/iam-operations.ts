import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PolicyDocument } from '../policy-evaluator/caller.ts';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import type { IamRole } from './iam.ts';
import { roleChangeOperations } from './iam-role-changes.ts';
import { simulatePrincipalPolicy } from './iam-simulation.ts';
import { partitionOfArn } from './partition.ts';

const roleNameSchema = z.strictObject({ RoleName: z.string().min(1).max(64) });

/** IAM's operations on roles and their inline policies. Installed roles are data (`cloud.iam.roles`). */
export const iam = (cloud: Cloud): AwsService => ({
  name: 'iam',
  protocol: 'query',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    GetRole: defineOperation(roleNameSchema, async (input, call) => ({
      Role: roleView(await getAuthorizedRole(cloud, input.RoleName, call)),
    })),
    ListRolePolicies: defineOperation(roleNameSchema, async (input, call) => {
      const { policies } = await getAuthorizedRole(cloud, input.RoleName, call);
      return { PolicyNames: Object.keys(policies), IsTruncated: false };
    }),
    /** The installed roles have only inline policies. */
    ListAttachedRolePolicies: defineOperation(roleNameSchema, async (input, call) => {
      await getAuthorizedRole(cloud, input.RoleName, call);
      return { AttachedPolicies: [], IsTruncated: false };
    }),
    GetRolePolicy: defineOperation(
      roleNameSchema.extend({ PolicyName: z.string() }),
      async ({ RoleName, PolicyName }, call) => {
        const { policies } = await getAuthorizedRole(cloud, RoleName, call);
        const found = policies[PolicyName];
        if (found === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
        return { RoleName, PolicyName, PolicyDocument: encodePolicy(found) };
      },
    ),
    SimulatePrincipalPolicy: simulatePrincipalPolicy(cloud),
    ...roleChangeOperations(cloud, { findRole: (name, call) => getAuthorizedRole(cloud, name, call), view: roleView }),
  },
});

const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);

/** Authorizes the call and returns the role with this name, with or without a path, in the caller's account; throws NoSuchEntity. */
async function getAuthorizedRole(cloud: Cloud, name: string, call: Call): Promise<IamRole> {
  const { account, arn: callerArn } = call.caller;
  const prefix = `arn:${partitionOfArn(callerArn)}:iam::${account}:role/`;
  const role = [...cloud.iam.roles.values()].find(
    ({ arn }) => arn.startsWith(prefix) && arn.split('/').at(-1) === name,
  );
  await call.allow(`iam:${call.operation}`, role?.arn ?? `${prefix}${name}`);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** Policies are returned URL-encoded according to RFC 3986 (docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html). */
const encodePolicy = (policy: PolicyDocument): string =>
  encodeURIComponent(JSON.stringify(policy)).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

const roleView = ({ arn, trust }: IamRole) => {
  const path = arn.split(':role')[1] ?? '/';
  return {
    Path: path.slice(0, path.lastIndexOf('/') + 1),
    RoleName: path.split('/').at(-1),
    RoleId: `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`,
    Arn: arn,
    AssumeRolePolicyDocument: encodePolicy(trust),
    // A fixed date, because no caller reads it.
    CreateDate: new Date(0),
    MaxSessionDuration: 3600,
  };
};
