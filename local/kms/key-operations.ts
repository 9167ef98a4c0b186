import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { parsePolicy } from '../parse-policy.ts';
import { placeOf, regionalArn } from '../partition.ts';
import type { KeyRing, KmsKey } from './key-ring.ts';

const keyIdSchema = z.strictObject({ KeyId: z.string() });
const policyNameSchema = z.literal('default').optional();

const keyMetadata = (key: KmsKey) => ({
  AWSAccountId: key.account,
  KeyId: key.id,
  Arn: key.arn,
  CreationDate: key.created,
  Enabled: key.state === 'Enabled',
  Description: key.description,
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: key.state,
  DeletionDate: key.deletion,
  Origin: 'AWS_KMS',
  KeyManager: key.manager,
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: false,
});

/**
 * An operation on one key that only callers of its own account can perform; a key policy cannot allow it to other accounts
 * (docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html).
 */
const forOwnKey =
  <Input extends { KeyId: string }>(ring: KeyRing, act: (key: KmsKey, input: Input) => unknown) =>
  async (input: Input, call: Call): Promise<unknown> => {
    const key = ring.getKey(input.KeyId, call);
    const own = key.account === call.caller.account;
    await call.allow(`kms:${call.operation}`, key.arn, own ? { policy: key.policy } : {});
    return act(key, input);
  };

/** Sets these fields of a key; throws for an AWS managed key, which cannot be changed. */
const setKeyFields =
  (fields: Partial<KmsKey>) =>
  (key: KmsKey): void => {
    if (key.manager === 'AWS') throw new AwsError('AccessDeniedException', `${key.arn} is an AWS managed key.`);
    Object.assign(key, fields);
  };

const dayMs = 86_400_000;

/** The operations that create, describe and change keys. */
export const keyOperations = (ring: KeyRing, now: () => number): Record<string, Operation> => ({
  CreateKey: createKey(ring),
  CreateAlias: createAlias(ring),
  DeleteAlias: deleteAlias(ring),
  DescribeKey: describeKey(ring),
  ...policyAndRotation(ring),
  EnableKey: defineOperation(keyIdSchema, forOwnKey(ring, setKeyFields({ state: 'Enabled' }))),
  DisableKey: defineOperation(keyIdSchema, forOwnKey(ring, setKeyFields({ state: 'Disabled' }))),
  ScheduleKeyDeletion: defineOperation(
    keyIdSchema.extend({ PendingWindowInDays: z.number().int().min(7).max(30).default(30) }),
    forOwnKey(ring, (key, { PendingWindowInDays }) => {
      const deletion = new Date(now() + PendingWindowInDays * dayMs);
      setKeyFields({ state: 'PendingDeletion', deletion })(key);
      return { KeyId: key.arn, DeletionDate: deletion, KeyState: key.state, PendingWindowInDays };
    }),
  ),
});

const createKey = (ring: KeyRing): Operation =>
  defineOperation(
    z.strictObject({ Policy: z.string().optional(), Description: z.string().max(8192).default('') }),
    async ({ Policy, Description }, call) => {
      await call.allow('kms:CreateKey', '*');
      const policy = Policy === undefined ? {} : { policy: parsePolicy(Policy, 'MalformedPolicyDocumentException') };
      const place = { account: call.caller.account, region: call.region };
      return {
        KeyMetadata: keyMetadata(ring.createKey(place, { manager: 'CUSTOMER', description: Description, ...policy })),
      };
    },
  );

const createAlias = (ring: KeyRing): Operation =>
  defineOperation(
    z.strictObject({ AliasName: z.string().regex(/^alias\/(?!aws\/)[\w/-]+$/), TargetKeyId: z.string() }),
    async ({ AliasName, TargetKeyId }, call) => {
      const key = ring.getKey(TargetKeyId, call);
      const arn = regionalArn('kms', placeOf(call), AliasName);
      await call.allow('kms:CreateAlias', arn);
      await call.allow('kms:CreateAlias', key.arn, { policy: key.policy });
      ring.addAlias(arn, key);
    },
  );

const deleteAlias = (ring: KeyRing): Operation =>
  defineOperation(z.strictObject({ AliasName: z.string().regex(/^alias\/(?!aws\/)[\w/-]+$/) }), async (input, call) => {
    const key = ring.getKey(input.AliasName, call);
    const arn = regionalArn('kms', placeOf(call), input.AliasName);
    await call.allow('kms:DeleteAlias', arn);
    await call.allow('kms:DeleteAlias', key.arn, { policy: key.policy });
    ring.removeAlias(arn);
  });

/** DescribeKey also accepts the ARN of another account's key, so that a caller can find out whether it is customer managed. */
const describeKey = (ring: KeyRing): Operation =>
  defineOperation(keyIdSchema, async ({ KeyId }, call) => {
    const key = ring.getKey(KeyId, call);
    const context = { 'kms:CallerAccount': call.caller.account };
    await call.allow('kms:DescribeKey', key.arn, { policy: key.policy, context });
    return { KeyMetadata: keyMetadata(key) };
  });

const policyAndRotation = (ring: KeyRing): Record<string, Operation> => ({
  GetKeyPolicy: defineOperation(
    keyIdSchema.extend({ PolicyName: policyNameSchema }),
    forOwnKey(ring, (key) => ({ Policy: JSON.stringify(key.policy), PolicyName: 'default' })),
  ),
  PutKeyPolicy: defineOperation(
    keyIdSchema.extend({ PolicyName: policyNameSchema, Policy: z.string() }),
    forOwnKey(ring, (key, { Policy }) =>
      setKeyFields({ policy: parsePolicy(Policy, 'MalformedPolicyDocumentException') })(key),
    ),
  ),
  EnableKeyRotation: defineOperation(keyIdSchema, forOwnKey(ring, setKeyFields({ rotation: true }))),
  GetKeyRotationStatus: defineOperation(
    keyIdSchema,
    forOwnKey(ring, (key) => ({ KeyId: key.arn, KeyRotationEnabled: key.rotation })),
  ),
});
