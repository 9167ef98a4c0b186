import { createHash } from 'node:crypto';
import type { Config } from '../core/config/check.ts';

/** The file beside each function's bundle that holds the validated configuration. */
export const configurationFileName = 'gantry.config.json';

/** Whether a bundle reads the configuration. A change of the configuration changes only the functions whose bundles read it. */
export const readsConfiguration = (code: string): boolean => code.includes(configurationFileName);

const digestConfig = (config: unknown): string => createHash('sha256').update(JSON.stringify(config)).digest('hex');

/** The content of the file. The digest shows that the configuration was not changed after its validation. */
export const formatConfigurationFile = (config: Config): string =>
  `${JSON.stringify({ sha256: digestConfig(config), config })}\n`;

/**
 * Returns the configuration from the content of the file. Throws if the content was not written by formatConfigurationFile. A validation at each start of a
 * function took 6 of the 44 ms of wake's start (`node --cpu-prof`) and 10 KB.
 */
export function parseConfigurationFile(text: string): Config {
  const { sha256, config } = JSON.parse(text) ?? {};
  const found = digestConfig(config ?? null);
  if (sha256 === found) return config;
  throw new Error(
    `${configurationFileName} was changed after its configuration had been validated: its sha256 is ${sha256}, and the configuration has ${found}. Change gantry.config.ts and deploy again.`,
  );
}
