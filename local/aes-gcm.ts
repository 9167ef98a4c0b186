import { createCipheriv, createDecipheriv } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** Seals bytes with AES-256-GCM as iv, tag, text; `context` must be the same to open it (docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html). */
export function encryptAesGcm(key: Buffer, iv: Buffer, plain: { bytes: Buffer; context: string }): Buffer {
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(plain.context));
  const text = Buffer.concat([cipher.update(plain.bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

/** Opens what `seal` made; throws when the key, the context or a single bit is another. */
export function decryptAesGcm(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
}

/** An encryption context in one order of its keys, whatever order it was given in. */
export const canonicalContext = (context: Record<string, string> = {}): string =>
  JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));
