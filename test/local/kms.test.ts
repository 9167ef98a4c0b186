import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { kms } from '../../local/kms.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';
import { catchError } from './bucket.ts';

const { cloud, as } = await startCloud(kms);
const client = new KMSClient(as(buildAccountId));
const theirs = new KMSClient(as(testAccountId));

const owner = {
  Sid: 'Owner',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` },
  Action: 'kms:*',
  Resource: '*',
};
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const shared = policy(owner, {
  Sid: 'Target',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${testAccountId}:root` },
  Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*'],
  Resource: '*',
});
const makeKey = async (Policy?: string) => {
  const { KeyMetadata } = await client.send(new CreateKeyCommand(Policy ? { Policy } : {}));
  return KeyMetadata!.Arn!;
};

describe('a customer-managed key', () => {
  it('decrypts only with the same encryption context, in any order', async () => {
    const KeyId = await makeKey();
    const Plaintext = Buffer.from('secret');
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { b: '2', a: '1' } }),
    );
    expect(Buffer.from(CiphertextBlob!).includes('secret')).toBe(false);
    const back = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: '1', b: '2' } }));
    expect([Buffer.from(back.Plaintext!).toString(), back.KeyId]).toEqual(['secret', KeyId]);
    expect(await catchError(client.send(new DecryptCommand({ CiphertextBlob })))).toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  it('returns a new data key each time', async () => {
    const KeyId = await makeKey();
    const [one, two] = await Promise.all(
      [1, 2].map(() => client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))),
    );
    expect(one!.Plaintext).toHaveLength(32);
    expect(one!.Plaintext).not.toEqual(two!.Plaintext);
    const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob: one!.CiphertextBlob }));
    expect(Plaintext).toEqual(one!.Plaintext);
  });

  it('is found by its id, its ARN and an alias', async () => {
    const arn = await makeKey();
    await client.send(new CreateAliasCommand({ AliasName: 'alias/artifacts', TargetKeyId: arn }));
    for (const KeyId of [
      arn,
      arn.split('/')[1],
      'alias/artifacts',
      `arn:aws:kms:${region}:${buildAccountId}:alias/artifacts`,
    ]) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      expect(KeyMetadata).toMatchObject({
        Arn: arn,
        KeyManager: 'CUSTOMER',
        KeyState: 'Enabled',
        AWSAccountId: buildAccountId,
      });
    }
    expect(await catchError(theirs.send(new DescribeKeyCommand({ KeyId: 'alias/artifacts' })))).toMatchObject({
      name: 'NotFoundException',
      message: `Alias arn:aws:kms:${region}:${testAccountId}:alias/artifacts is not found.`,
    });
  });

  it('rotates if enabled, and returns its policy', async () => {
    const KeyId = await makeKey(shared);
    await client.send(new EnableKeyRotationCommand({ KeyId }));
    expect(await client.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({ KeyRotationEnabled: true });
    expect((await client.send(new GetKeyPolicyCommand({ KeyId }))).Policy).toBe(shared);
  });

  it('does not work while it is disabled or pending deletion', async () => {
    const KeyId = await makeKey();
    const encrypt = () => catchError(client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })));
    await client.send(new DisableKeyCommand({ KeyId }));
    expect(await encrypt()).toMatchObject({ name: 'DisabledException', message: `${KeyId} is disabled.` });
    await client.send(new EnableKeyCommand({ KeyId }));
    expect(await encrypt()).toBe('no error');
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(await encrypt()).toMatchObject({
      name: 'KMSInvalidStateException',
      message: `${KeyId} is pending deletion.`,
    });
  });
});

describe('another account', () => {
  it('can use a key whose policy names it, if its own policies allow it too', async () => {
    const KeyId = await makeKey(shared);
    const { CiphertextBlob, Plaintext } = await theirs.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
    expect((await theirs.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(Plaintext);
    expect(cloud.authorizations.at(-1)?.allowedBy).toEqual(['admin/Everything', 'resource policy/Target']);
  });

  it('learns nothing about a key whose policy does not name it', async () => {
    const KeyId = await makeKey();
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    const user = `User: arn:aws:iam::${testAccountId}:user/admin is not authorized to perform:`;
    expect(await catchError(theirs.send(new DecryptCommand({ CiphertextBlob })))).toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
      message: `${user} kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    });
    expect(await catchError(theirs.send(new DescribeKeyCommand({ KeyId })))).toMatchObject({
      message: `${user} kms:DescribeKey on resource: ${KeyId} because no resource-based policy allows the kms:DescribeKey action`,
    });
  });

  it('can never read the policy, whatever the policy says', async () => {
    const KeyId = await makeKey(policy(owner, { ...owner, Principal: '*' }));
    expect(await catchError(theirs.send(new GetKeyPolicyCommand({ KeyId })))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
