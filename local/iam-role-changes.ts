import { z } from 'zod';
import type { PolicyDocument } from '../policy-evaluator/caller.ts';
import { AwsError } from './aws-error.ts';
import type { Call, Cloud, Operation } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import type { IamRole } from './iam.ts';
import { parsePolicy } from './parse-policy.ts';
import { partitionOfArn } from './partition.ts';

/** botocore iam roleNameType and pathType. */
const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/);
const path = z.string().regex(/^\/$|^\/[\x21-\x7e]{1,510}\/$/);
const policyName = z.string().regex(/^[\w+=,.@-]{1,128}$/);

const createRoleSchema = z.strictObject({
  RoleName: roleName,
  Path: path.default('/'),
  AssumeRolePolicyDocument: z.string().min(1).max(131_072),
  Description: z.string().max(1000).optional(),
});

const listRolesSchema = z.strictObject({
  PathPrefix: z.string().default('/'),
  MaxItems: z.coerce.number().int().min(1).max(1000).default(100),
  Marker: z.string().optional(),
});

type FindRole = (name: string, call: Call) => Promise<IamRole>;

const roleArnPrefix = ({ caller }: Call): string => `arn:${partitionOfArn(caller.arn)}:iam::${caller.account}:role`;

const findRolesUnder = ({ iam }: Cloud, prefix: string): IamRole[] =>
  [...iam.roles.values()].filter(({ arn }) => arn.startsWith(prefix));

async function createRole(cloud: Cloud, input: z.infer<typeof createRoleSchema>, call: Call): Promise<IamRole> {
  const { RoleName: name, Path, AssumeRolePolicyDocument } = input;
  const arn = `${roleArnPrefix(call)}${Path}${name}`;
  await call.allow('iam:CreateRole', arn);
  // Names are unique within the account, whatever the path (botocore iam CreateRoleRequest.RoleName).
  if (findRolesUnder(cloud, `${roleArnPrefix(call)}/`).some((role) => role.arn.split('/').at(-1) === name))
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  const role = { arn, trust: parsePolicy(AssumeRolePolicyDocument, 'MalformedPolicyDocument'), policies: {} };
  cloud.iam.roles.set(arn, role);
  return role;
}

/** Replaces the role by one with other policies, because a decision about the old object may be remembered. */
const setPolicies = ({ iam }: Cloud, role: IamRole, policies: Record<string, PolicyDocument>): void =>
  void iam.roles.set(role.arn, { ...role, policies });

const policyOperations = (cloud: Cloud, findRole: FindRole): Record<string, Operation> => ({
  PutRolePolicy: defineOperation(
    z.strictObject({ RoleName: roleName, PolicyName: policyName, PolicyDocument: z.string() }),
    async ({ RoleName, PolicyName, PolicyDocument: text }, call) => {
      const role = await findRole(RoleName, call);
      const added = { [PolicyName]: parsePolicy(text, 'MalformedPolicyDocument') };
      setPolicies(cloud, role, { ...role.policies, ...added });
    },
  ),
  DeleteRolePolicy: defineOperation(
    z.strictObject({ RoleName: roleName, PolicyName: policyName }),
    async ({ RoleName, PolicyName }, call) => {
      const role = await findRole(RoleName, call);
      const { [PolicyName]: removed, ...rest } = role.policies;
      if (removed === undefined)
        throw new AwsError('NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`, 404);
      setPolicies(cloud, role, rest);
    },
  ),
});

/** CreateRole, PutRolePolicy, DeleteRolePolicy, DeleteRole, ListRoles (in pages; a marker names the last role of the page before). */
export const roleChangeOperations = (
  cloud: Cloud,
  { findRole, view }: { findRole: FindRole; view: (role: IamRole) => Record<string, unknown> },
): Record<string, Operation> => ({
  CreateRole: defineOperation(createRoleSchema, async (input, call) => ({
    Role: view(await createRole(cloud, input, call)),
  })),
  ...policyOperations(cloud, findRole),
  DeleteRole: defineOperation(z.strictObject({ RoleName: roleName }), async ({ RoleName }, call) => {
    const role = await findRole(RoleName, call);
    if (Object.keys(role.policies).length > 0)
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    cloud.iam.roles.delete(role.arn);
  }),
  ListRoles: defineOperation(listRolesSchema, async ({ PathPrefix, MaxItems, Marker }, call) => {
    await call.allow('iam:ListRoles', '*');
    const found = findRolesUnder(cloud, `${roleArnPrefix(call)}${PathPrefix}`);
    const start = found.findIndex(({ arn }) => arn === Marker) + 1;
    const page = found.slice(start, start + MaxItems);
    const isTruncated = start + MaxItems < found.length;
    return {
      Roles: page.map(view),
      IsTruncated: isTruncated,
      ...(isTruncated && { Marker: page.at(-1)?.arn }),
    };
  }),
});
