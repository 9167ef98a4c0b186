import { readFileSync } from 'node:fs';
import { configurationFileName, parseConfigurationFile } from './configuration-file.ts';

/* A bundle has this module in place of `#config`. It reads the file beside the bundle, so that a bundle is built once for all configurations. */

export default parseConfigurationFile(readFileSync(new URL(configurationFileName, import.meta.url), 'utf8'));
