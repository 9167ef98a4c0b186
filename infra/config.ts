import { parseConfig } from '../core/config/check.ts';
import written from '../gantry.config.ts';

/** The validated configuration of this checkout, with its defaults. `#config` of the functions is this module, too. Throws a ConfigurationError that lists every validation error. */
export default parseConfig(written, 'gantry.config.ts');
