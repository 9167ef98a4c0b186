import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';
import { canonical, open, seal } from '../sealed.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { keyOf, withKey } from './ciphertext.ts';
import type { Key, KeyRing } from './key-ring.ts';

/** Bytes: base64 text from the wire, a buffer from another service. */
const blob = z
  .union([z.string().transform((text) => Buffer.from(text, 'base64')), z.instanceof(Uint8Array)])
  .transform((bytes) => Buffer.from(bytes));

const EncryptionContext = z.record(z.string(), z.string()).optional();
const EncryptionAlgorithm = z.literal('SYMMETRIC_DEFAULT').optional();

type Context = z.infer<typeof EncryptionContext>;

/** What a key policy's conditions may ask about a use of the key. */
const circumstances = (call: Call, key: Key, context: Context) => ({
  policy: key.policy,
  context: {
    'kms:CallerAccount': call.caller.account,
    ...(context ? { 'kms:EncryptionContextKeys': Object.keys(context) } : {}),
  },
});

const usable = (key: Key): void => {
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
};

/** The operations that use keys. */
export function cryptography(cloud: Cloud, ring: KeyRing): Record<string, Operation> {
  const sealed = (key: Key, bytes: Buffer, context: Context): Buffer =>
    withKey(key.arn, seal(key.material, Buffer.from(cloud.hex(24), 'hex'), { bytes, context: canonical(context) }));

  const used = async (call: Call, id: string, context: Context): Promise<Key> => {
    const key = ring.find(id, call);
    await call.allow(`kms:${call.operation}`, key.arn, circumstances(call, key, context));
    usable(key);
    return key;
  };

  return {
    GenerateDataKey: operation(
      z.strictObject({ KeyId: z.string(), KeySpec: z.literal('AES_256').optional(), EncryptionContext }),
      async (input, call) => {
        const key = await used(call, input.KeyId, input.EncryptionContext);
        const bytes = Buffer.from(cloud.hex(64), 'hex');
        return { KeyId: key.arn, Plaintext: bytes, CiphertextBlob: sealed(key, bytes, input.EncryptionContext) };
      },
    ),
    Encrypt: operation(
      z.strictObject({ KeyId: z.string(), Plaintext: blob, EncryptionContext, EncryptionAlgorithm }),
      async (input, call) => {
        const key = await used(call, input.KeyId, input.EncryptionContext);
        const CiphertextBlob = sealed(key, input.Plaintext, input.EncryptionContext);
        return { KeyId: key.arn, CiphertextBlob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      },
    ),
    Decrypt: operation(
      z.strictObject({ CiphertextBlob: blob, KeyId: z.string().optional(), EncryptionContext, EncryptionAlgorithm }),
      (input, call) => decrypt(ring, input, call),
    ),
  };
}

async function decrypt(
  ring: KeyRing,
  input: { CiphertextBlob: Buffer; KeyId?: string | undefined; EncryptionContext?: Context },
  call: Call,
): Promise<unknown> {
  const { arn, sealed } = keyOf(input.CiphertextBlob);
  if (!arn.startsWith('arn:aws:kms:')) throw new AwsError('InvalidCiphertextException', 'null');
  const key = ring.byArn(arn);
  if (key === undefined || key.region !== call.region) throw hidden(call);
  if (input.KeyId !== undefined && ring.find(input.KeyId, call) !== key)
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  await call.allow('kms:Decrypt', key.arn, {
    ...circumstances(call, key, input.EncryptionContext),
    refusal: (reason) => (input.KeyId === undefined ? ofCiphertext(reason, call, key) : refused(reason)),
  });
  usable(key);
  try {
    const Plaintext = open(key.material, sealed, canonical(input.EncryptionContext));
    return { KeyId: key.arn, Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  } catch {
    throw new AwsError('InvalidCiphertextException', 'null');
  }
}

const refused = (text: string): AwsError => new AwsError('AccessDeniedException', text);

/** Who sent only a ciphertext is not told its key; a key that is not theirs might as well not exist (text as in public issues). */
const ofCiphertext = (reason: string, call: Call, key: Key): AwsError =>
  key.account !== call.caller.account && reason.includes('resource-based')
    ? hidden(call)
    : refused(reason.replace(`on resource: ${key.arn}`, 'on the resource associated with this ciphertext'));

const hidden = ({ caller }: Call): AwsError =>
  refused(
    `User: ${caller.arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  );
