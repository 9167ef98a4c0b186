import { readFileSync } from 'node:fs';
import { type Config, parseConfig } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import { decodeUtf8, parseJsonFile } from '../core/parsing/json-file.ts';
import { displayPath, findConfigFile, resolveConfigOption } from './config-file.ts';
import { importConfig } from './import-config.ts';

/** Returns the validated configuration of a file. Throws a ConfigurationError with all its errors, or with the line that cannot be parsed. */
export async function loadConfig(path: string): Promise<Config> {
  const parse = (content: unknown): Config => parseConfig(content, displayPath(path));
  return path.endsWith('.json') ? parse(readJsonConfig(path)) : importConfig(path, parse);
}

export { displayPath };

/** Returns the file that `--config` names, or else the nearest configuration from the working directory upwards. Throws a ConfigurationError. */
export const chooseConfigFile = (option: string | undefined): string =>
  option === undefined ? findConfigFile(process.cwd()) : resolveConfigOption(option);

/** Editors read the name of the JSON Schema from `$schema`. */
function readJsonConfig(path: string): unknown {
  const file = displayPath(path);
  const content = explainReadErrors(file, () => parseJsonFile(decodeUtf8(readFileSync(path), file), file));
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content;
  return Object.fromEntries(Object.entries(content).filter(([name]) => name !== '$schema'));
}

/** Throws a ConfigurationError with a cause. The cause tells the doctor that the file cannot be read. An error about wrong fields has no cause. */
function explainReadErrors<Content>(file: string, read: () => Content): Content {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Failure ? error.message : `${file} cannot be read: ${String(error)}.`;
    const advice = /comment/i.test(message) ? ' JSON has no comments: remove it, or write gantry.config.mjs.' : '';
    throw new Failure('ConfigurationError', `${message}${advice}`, { cause: error });
  }
}
