import { parseConfig } from '../core/config/check.ts';
import written from '../gantry.config.ts';

/**
 * The validated configuration of this checkout, with its defaults. The functions import this module as `#config`. Throws a ConfigurationError that lists
 * every validation error.
 */
export default parseConfig(written, 'gantry.config.ts');
