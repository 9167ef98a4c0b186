import { createCipheriv, createDecipheriv } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/**
 * Encrypts bytes with AES-256-GCM to iv, tag, ciphertext; decryption needs the same `context`
 * (docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html).
 */
export function encryptAesGcm(key: Buffer, iv: Buffer, plain: { bytes: Buffer; context: string }): Buffer {
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(plain.context));
  const text = Buffer.concat([cipher.update(plain.bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

/** Decrypts the output of `encryptAesGcm`; throws if the key, the context or a single bit differs. */
export function decryptAesGcm(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
}

/** Serializes an encryption context with its keys in a fixed order. */
export const canonicalContext = (context: Record<string, string> = {}): string =>
  JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));
