import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, checkConfig } from '../../core/config.ts';
import { schema } from '../../core/config-schema.ts';
import { Failure } from '../../core/failure.ts';

/** The default export of a configuration's file, checked. Throws a ConfigurationError with all mistakes; rejects where there is no such file. */
export async function loadConfig(path: string): Promise<Config> {
  const module: { default?: unknown } = await import(pathToFileURL(resolve(path)).href);
  const mistakes = checkConfig(module.default);
  if (mistakes.length > 0) throw new Failure('ConfigurationError', [`${path}:`, ...mistakes].join('\n'));
  return schema.parse(module.default);
}
