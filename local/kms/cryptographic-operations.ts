import { z } from 'zod';
import { canonicalContext, decryptAesGcm, encryptAesGcm } from '../aes-gcm.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { prependKeyArn, splitCiphertext } from './ciphertext.ts';
import type { KeyRing, KmsKey } from './key-ring.ts';

/** Bytes, which are base64 text in a request over the wire, and a buffer in a call from another embedded service. */
const blobSchema = z
  .union([z.string().transform((text) => Buffer.from(text, 'base64')), z.instanceof(Uint8Array)])
  .transform((bytes) => Buffer.from(bytes));

const EncryptionContext = z.record(z.string(), z.string()).optional();
const EncryptionAlgorithm = z.literal('SYMMETRIC_DEFAULT').optional();

type EncryptionContextInput = z.infer<typeof EncryptionContext>;

/** The condition keys that a key policy can check when the key is used. */
const keyUseDetails = (call: Call, key: KmsKey, context: EncryptionContextInput) => ({
  policy: key.policy,
  context: {
    'kms:CallerAccount': call.caller.account,
    ...(context ? { 'kms:EncryptionContextKeys': Object.keys(context) } : {}),
  },
});

const checkUsable = (key: KmsKey): void => {
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
};

/** The operations that use keys. */
export function cryptographicOperations(cloud: Cloud, ring: KeyRing): Record<string, Operation> {
  const sealed = (key: KmsKey, bytes: Buffer, context: EncryptionContextInput): Buffer =>
    prependKeyArn(
      key.arn,
      encryptAesGcm(key.material, Buffer.from(cloud.hex(24), 'hex'), { bytes, context: canonicalContext(context) }),
    );

  const used = async (call: Call, id: string, context: EncryptionContextInput): Promise<KmsKey> => {
    const key = ring.getKey(id, call);
    await call.allow(`kms:${call.operation}`, key.arn, keyUseDetails(call, key, context));
    checkUsable(key);
    return key;
  };

  return {
    GenerateDataKey: defineOperation(
      z.strictObject({ KeyId: z.string(), KeySpec: z.literal('AES_256').optional(), EncryptionContext }),
      async (input, call) => {
        const key = await used(call, input.KeyId, input.EncryptionContext);
        const bytes = Buffer.from(cloud.hex(64), 'hex');
        return { KeyId: key.arn, Plaintext: bytes, CiphertextBlob: sealed(key, bytes, input.EncryptionContext) };
      },
    ),
    Encrypt: defineOperation(
      z.strictObject({ KeyId: z.string(), Plaintext: blobSchema, EncryptionContext, EncryptionAlgorithm }),
      async (input, call) => {
        const key = await used(call, input.KeyId, input.EncryptionContext);
        const CiphertextBlob = sealed(key, input.Plaintext, input.EncryptionContext);
        return { KeyId: key.arn, CiphertextBlob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      },
    ),
    Decrypt: defineOperation(
      z.strictObject({
        CiphertextBlob: blobSchema,
        KeyId: z.string().optional(),
        EncryptionContext,
        EncryptionAlgorithm,
      }),
      (input, call) => decrypt(ring, input, call),
    ),
  };
}

async function decrypt(
  ring: KeyRing,
  input: { CiphertextBlob: Buffer; KeyId?: string | undefined; EncryptionContext?: EncryptionContextInput },
  call: Call,
): Promise<unknown> {
  const { arn, sealed } = splitCiphertext(input.CiphertextBlob);
  if (!/^arn:aws[a-z-]*:kms:/.test(arn)) throw new AwsError('InvalidCiphertextException', 'null');
  const key = ring.findKeyByArn(arn);
  if (key === undefined || key.region !== call.region) throw keyNotVisible(call);
  if (input.KeyId !== undefined && ring.getKey(input.KeyId, call) !== key)
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  await call.allow('kms:Decrypt', key.arn, {
    ...keyUseDetails(call, key, input.EncryptionContext),
    toDenial: (reason) => (input.KeyId === undefined ? ciphertextDenied(reason, call, key) : accessDenied(reason)),
  });
  checkUsable(key);
  try {
    const Plaintext = decryptAesGcm(key.material, sealed, canonicalContext(input.EncryptionContext));
    return { KeyId: key.arn, Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  } catch {
    throw new AwsError('InvalidCiphertextException', 'null');
  }
}

const accessDenied = (text: string): AwsError => new AwsError('AccessDeniedException', text);

/**
 * A caller that sent only a ciphertext does not learn the ciphertext's key. Another account's key looks as if it did not exist (message as quoted in public
 * issues).
 */
const ciphertextDenied = (reason: string, call: Call, key: KmsKey): AwsError =>
  key.account !== call.caller.account && reason.includes('resource-based')
    ? keyNotVisible(call)
    : accessDenied(reason.replace(`on resource: ${key.arn}`, 'on the resource associated with this ciphertext'));

const keyNotVisible = ({ caller }: Call): AwsError =>
  accessDenied(
    `User: ${caller.arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  );
