import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Config, parseConfig } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';

const root = join(import.meta.dirname, '..');

/** The file with the deployed configuration. The functions import `#config` instead. */
export const configFile = join(root, 'gantry.config.ts');

/**
 * Returns the validated default export of a configuration file. Throws a ConfigurationError with all its errors, or with the line that Node
 * cannot parse. A program that imported the file statically would only print a stack trace.
 */
export async function loadConfig(file: string = configFile): Promise<Config> {
  const path = resolve(file);
  const module: { default?: unknown } = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw error instanceof Failure ? error : loadFailure(error, path);
  });
  return parseConfig(module.default, displayPath(path));
}

/** The path relative to the repository if the file is in it, else the absolute path. */
const displayPath = (path: string): string => {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
};

function loadFailure(error: unknown, path: string): Failure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return new Failure('ConfigurationError', `${locateError(stack, path)}: ${message}`, { cause: error });
}

/** For a syntax error, the stack starts with file and line, possibly of a file that the configuration imports. For other errors, a frame of the stack names the configuration. */
function locateError(stack: string, path: string): string {
  const [, file, line] = /^((?:file:\/\/)?\/.*):(\d+)$/m.exec(stack.split('\n')[0] ?? '') ?? [];
  if (file !== undefined) return `${displayPath(file.startsWith('file:') ? fileURLToPath(file) : file)}:${line}`;
  const [, after = ''] = stack.split(pathToFileURL(path).href);
  const [, frame] = /^:(\d+)/.exec(after) ?? [];
  return frame === undefined ? displayPath(path) : `${displayPath(path)}:${frame}`;
}
