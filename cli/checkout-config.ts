import { join } from 'node:path';
import type { Config } from '../core/config/check.ts';
import { loadConfig } from './load-config.ts';

/** Returns the validated gantry.config.ts of this checkout, which the programs of the checkout deploy, build and run. Throws a ConfigurationError. */
export const loadCheckoutConfig = (): Promise<Config> =>
  loadConfig(join(import.meta.dirname, '..', 'gantry.config.ts'));
