import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAssumptionsDocument } from './format-document.ts';

/* npm run assumptions:write: regenerates docs/assumptions.md. */
await writeFile(join(import.meta.dirname, '..', '..', 'docs', 'assumptions.md'), formatAssumptionsDocument());
