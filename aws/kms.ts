import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KmsKeyStatus } from '../core/artifact/refused-read.ts';
import { toFailure } from '../core/errors/aws-failure.ts';

const kms = new KMSClient();

/** Returns a key's manager and state; `unknown` if KMS denies access, because the result only explains another denial. */
export async function describeKmsKey(keyArn: string): Promise<KmsKeyStatus> {
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
    return { manager: KeyMetadata?.KeyManager ?? 'unknown', state: KeyMetadata?.KeyState ?? 'unknown' };
  } catch (error) {
    const failure = toFailure(error, `describing the key ${keyArn}`);
    if (failure.name === 'SystemUnavailable') throw failure;
    return 'unknown';
  }
}
