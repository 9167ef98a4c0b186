import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Config, parseConfig } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';

const root = join(import.meta.dirname, '..');

/** The configuration that is deployed; `#config` is what the functions have in its place. */
export const configFile = join(root, 'gantry.config.ts');

/**
 * The default export of a configuration's file, checked. Whatever is wrong with it is a ConfigurationError: all its mistakes, or the line that
 * cannot be read. A program that imported it would end with a stack instead, before it could say anything.
 */
export async function loadConfig(file: string = configFile): Promise<Config> {
  const path = resolve(file);
  const module: { default?: unknown } = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw error instanceof Failure ? error : loadFailure(error, path);
  });
  return parseConfig(module.default, displayPath(path));
}

/** As one would call the file standing in the repository. */
const displayPath = (path: string): string => {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
};

function loadFailure(error: unknown, path: string): Failure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return new Failure('ConfigurationError', `${locateError(stack, path)}: ${message}`, { cause: error });
}

/** Node begins the stack of what it cannot read with the file and the line, which may be those of a file that ours imports; else ours is in a frame. */
function locateError(stack: string, path: string): string {
  const [, file, line] = /^((?:file:\/\/)?\/.*):(\d+)$/m.exec(stack.split('\n')[0] ?? '') ?? [];
  if (file !== undefined) return `${displayPath(file.startsWith('file:') ? fileURLToPath(file) : file)}:${line}`;
  const [, after = ''] = stack.split(pathToFileURL(path).href);
  const [, frame] = /^:(\d+)/.exec(after) ?? [];
  return frame === undefined ? displayPath(path) : `${displayPath(path)}:${frame}`;
}
