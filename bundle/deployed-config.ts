import { readFileSync } from 'node:fs';
import { configurationFileName, parseConfigurationFile } from './configuration-file.ts';

/* In a bundle, this module replaces `#config`. It reads the file beside the bundle, so one bundle works with all configurations. */

export default parseConfigurationFile(readFileSync(new URL(configurationFileName, import.meta.url), 'utf8'));
