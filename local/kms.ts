import type { AwsService, Cloud } from './cloud.ts';
import { cryptographicOperations } from './kms/cryptographic-operations.ts';
import { keyOperations } from './kms/key-operations.ts';
import { createKeyRing } from './kms/key-ring.ts';

/** KMS: symmetric keys with policies and states, which encrypt with AES-256-GCM. */
export function kms(cloud: Cloud): AwsService {
  const ring = createKeyRing(cloud);
  const operations = { ...keyOperations(ring, cloud.clock.now), ...cryptographicOperations(cloud, ring) };
  return { name: 'kms', protocol: 'json', jsonVersion: '1.1', operations };
}
