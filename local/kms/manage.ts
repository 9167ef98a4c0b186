import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { parsePolicy } from '../policy-text.ts';
import { type Call, type Operation, operation } from '../service.ts';
import type { Key, KeyRing } from './key-ring.ts';

const keyId = z.strictObject({ KeyId: z.string() });
const policyName = z.literal('default').optional();

const metadata = (key: Key) => ({
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

/** An operation on one key that only its own account may do; another account's policies have no say (docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html). */
const onOwnKey =
  <Input extends { KeyId: string }>(ring: KeyRing, act: (key: Key, input: Input) => unknown) =>
  async (input: Input, call: Call): Promise<unknown> => {
    const key = ring.find(input.KeyId, call);
    const own = key.account === call.caller.account;
    await call.allow(`kms:${call.operation}`, key.arn, own ? { policy: key.policy } : {});
    return act(key, input);
  };

/** Sets these fields of a key; an AWS managed key cannot be changed. */
const changed =
  (fields: Partial<Key>) =>
  (key: Key): void => {
    if (key.manager === 'AWS') throw new AwsError('AccessDeniedException', `${key.arn} is an AWS managed key.`);
    Object.assign(key, fields);
  };

const day = 86_400_000;

/** The operations that make, show and change keys. */
export const manage = (ring: KeyRing, now: () => number): Record<string, Operation> => ({
  CreateKey: createKey(ring),
  CreateAlias: createAlias(ring),
  DescribeKey: describeKey(ring),
  ...policyAndRotation(ring),
  EnableKey: operation(keyId, onOwnKey(ring, changed({ state: 'Enabled' }))),
  DisableKey: operation(keyId, onOwnKey(ring, changed({ state: 'Disabled' }))),
  ScheduleKeyDeletion: operation(
    keyId.extend({ PendingWindowInDays: z.number().int().min(7).max(30).default(30) }),
    onOwnKey(ring, (key, { PendingWindowInDays }) => {
      const deletion = new Date(now() + PendingWindowInDays * day);
      changed({ state: 'PendingDeletion', deletion })(key);
      return { KeyId: key.arn, DeletionDate: deletion, KeyState: key.state, PendingWindowInDays };
    }),
  ),
});

const createKey = (ring: KeyRing): Operation =>
  operation(
    z.strictObject({ Policy: z.string().optional(), Description: z.string().max(8192).default('') }),
    async ({ Policy, Description }, call) => {
      await call.allow('kms:CreateKey', '*');
      const policy = Policy === undefined ? {} : { policy: parsePolicy(Policy, 'MalformedPolicyDocumentException') };
      const place = { account: call.caller.account, region: call.region };
      return { KeyMetadata: metadata(ring.make(place, { manager: 'CUSTOMER', description: Description, ...policy })) };
    },
  );

const createAlias = (ring: KeyRing): Operation =>
  operation(
    z.strictObject({ AliasName: z.string().regex(/^alias\/(?!aws\/)[\w/-]+$/), TargetKeyId: z.string() }),
    async ({ AliasName, TargetKeyId }, call) => {
      const key = ring.find(TargetKeyId, call);
      const arn = `arn:aws:kms:${call.region}:${call.caller.account}:${AliasName}`;
      await call.allow('kms:CreateAlias', arn);
      await call.allow('kms:CreateAlias', key.arn, { policy: key.policy });
      ring.alias(arn, key);
    },
  );

/** Also for a key of another account, by its ARN: how one learns whether it is customer-managed. */
const describeKey = (ring: KeyRing): Operation =>
  operation(keyId, async ({ KeyId }, call) => {
    const key = ring.find(KeyId, call);
    const context = { 'kms:CallerAccount': call.caller.account };
    await call.allow('kms:DescribeKey', key.arn, { policy: key.policy, context });
    return { KeyMetadata: metadata(key) };
  });

const policyAndRotation = (ring: KeyRing): Record<string, Operation> => ({
  GetKeyPolicy: operation(
    keyId.extend({ PolicyName: policyName }),
    onOwnKey(ring, (key) => ({ Policy: JSON.stringify(key.policy), PolicyName: 'default' })),
  ),
  PutKeyPolicy: operation(
    keyId.extend({ PolicyName: policyName, Policy: z.string() }),
    onOwnKey(ring, (key, { Policy }) =>
      changed({ policy: parsePolicy(Policy, 'MalformedPolicyDocumentException') })(key),
    ),
  ),
  EnableKeyRotation: operation(keyId, onOwnKey(ring, changed({ rotation: true }))),
  GetKeyRotationStatus: operation(
    keyId,
    onOwnKey(ring, (key) => ({ KeyId: key.arn, KeyRotationEnabled: key.rotation })),
  ),
});
