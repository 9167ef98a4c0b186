import { z } from 'zod';
import { named, type ResourceType } from './resource-type.ts';

const policyDocument = z.looseObject({ Statement: z.array(z.unknown()) });
const inlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument });

const roleSchema = z.strictObject({
  RoleName: z.string(),
  Path: z.string(),
  Description: z.string(),
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(inlinePolicy),
});

const createdRole = z.object({ Role: z.object({ Arn: z.string() }) });

/** Creates a role and then its policies. */
export const role: ResourceType = {
  async create(properties, { call }) {
    const { Policies, AssumeRolePolicyDocument, ...rest } = roleSchema.parse(properties);
    const input = { ...rest, AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument) };
    const { Role } = createdRole.parse(await call('iam', 'CreateRole', input));
    for (const { PolicyName, PolicyDocument } of Policies)
      await call('iam', 'PutRolePolicy', {
        RoleName: rest.RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(PolicyDocument),
      });
    return named(rest.RoleName, { Arn: Role.Arn });
  },
};

const keySchema = z.strictObject({
  Description: z.string(),
  EnableKeyRotation: z.boolean(),
  PendingWindowInDays: z.number(),
  KeyPolicy: policyDocument,
});

const createdKey = z.object({ KeyMetadata: z.object({ Arn: z.string(), KeyId: z.string() }) });

export const key: ResourceType = {
  async create(properties, { call }) {
    const { Description, EnableKeyRotation, KeyPolicy } = keySchema.parse(properties);
    const { KeyMetadata } = createdKey.parse(await call('kms', 'CreateKey', { Description }));
    const { KeyId, Arn } = KeyMetadata;
    await call('kms', 'PutKeyPolicy', { KeyId, Policy: JSON.stringify(KeyPolicy) });
    if (EnableKeyRotation) await call('kms', 'EnableKeyRotation', { KeyId });
    return named(KeyId, { Arn, KeyId });
  },
};

export const keyAlias: ResourceType = {
  async create(properties, { call }) {
    const input = z.strictObject({ AliasName: z.string(), TargetKeyId: z.string() }).parse(properties);
    await call('kms', 'CreateAlias', input);
    return named(input.AliasName);
  },
};
