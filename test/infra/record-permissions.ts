import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAllowedActions } from './used-permissions.ts';

/** Records the permissions of a release. Run it when a version is released: `npx node test/infra/record-permissions.ts`. */
writeFileSync(
  join(import.meta.dirname, 'released-permissions.json'),
  `${JSON.stringify(listAllowedActions(), null, 2)}\n`,
);
