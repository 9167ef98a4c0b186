import type { Cloud } from './cloud.ts';
import { cryptography } from './kms/cryptography.ts';
import { createKeyRing } from './kms/key-ring.ts';
import { manage } from './kms/manage.ts';
import type { Service } from './service.ts';

/** KMS: symmetric keys with policies and states, and real AES-256-GCM under them. */
export function kms(cloud: Cloud): Service {
  const ring = createKeyRing(cloud);
  const operations = { ...manage(ring, cloud.clock.now), ...cryptography(cloud, ring) };
  return { name: 'kms', protocol: 'json', jsonVersion: '1.1', operations };
}
