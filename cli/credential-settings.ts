import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CredentialSettings } from './missing-credentials.ts';

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Reads where the SDK looks for credentials (SDKs and Tools Reference Guide, "Shared config and credentials files", "Location"). */
export function readCredentialSettings(env = process.env): CredentialSettings {
  const config = env.AWS_CONFIG_FILE ?? join(homedir(), '.aws', 'config');
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials');
  return { env, files: [config, credentials].map((path) => ({ path, text: readText(path) })) };
}
