import { readFileSync } from 'node:fs';

/** Returns the version in the package's own package.json, which is one folder above this file in a checkout and in the package. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}
