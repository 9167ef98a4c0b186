import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Failure } from '../core/errors/failure.ts';
import { displayPath } from './config-file.ts';

/**
 * Passes the default export of a configuration file to `read` and returns the result. If the default export is a promise, passes the promise's value. Throws a
 * ConfigurationError. The error names the line if Node cannot parse the file or if its code throws.
 */
export async function importConfig<Result>(path: string, read: (content: unknown) => Result): Promise<Result> {
  if (path.endsWith('.ts')) assertTypeScriptRuns(path);
  const hooks = treatTypeScriptAsModules();
  try {
    // Awaited here, because the promise and the fields can throw too.
    return read(await getDefaultExport(await import(pathToFileURL(path).href), path));
  } catch (error) {
    throw error instanceof Failure ? error : createLoadFailure(error, path);
  } finally {
    hooks?.deregister();
  }
}

function getDefaultExport(module: object, path: string): unknown {
  if ('default' in module) return module.default;
  throw new Failure(
    'ConfigurationError',
    `${displayPath(path)} has no default export: write export default { … } around the configuration.`,
  );
}

/** Node runs TypeScript without an option since 22.18 (nodejs.org/api/typescript.html). */
function assertTypeScriptRuns(path: string): void {
  if (process.features.typescript) return;
  throw new Failure(
    'ConfigurationError',
    `${displayPath(path)} is TypeScript, which Node runs since version 22.18; this is Node ${process.versions.node}. ` +
      'Use a newer Node, or write the configuration as gantry.config.mjs or gantry.config.json.',
  );
}

/**
 * Node treats a `.ts` file as CommonJS if its package.json says "type": "commonjs", which `npm init` writes. A configuration is always an ES module.
 * `registerHooks` is missing in versions of Node that do not run TypeScript.
 */
const treatTypeScriptAsModules = () =>
  nodeModule.registerHooks?.({
    load: (url, context, nextLoad) =>
      nextLoad(url, isTypeScript(url) ? { ...context, format: 'module-typescript' } : context),
  });

const isTypeScript = (url: string): boolean => /^file:.*\.ts$/.test(url) && !url.includes('/node_modules/');

function createLoadFailure(error: unknown, path: string): Failure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return new Failure('ConfigurationError', `${locateError(stack, path)}: ${message}${adviseOnImport(message)}`, {
    cause: error,
  });
}

/**
 * The package exports a type only. A configuration can still import `defineConfig` of earlier versions, which no longer exists. Node needs the ending of a file
 * in an import, and TypeScript's compiler does not.
 */
function adviseOnImport(message: string): string {
  if (/No "exports" main defined in .*[\\/]gantry[\\/]package\.json|defineConfig/.test(message))
    return ". Gantry exports only a type: write import type { Config } from 'gantry' and export default { … } satisfies Config.";
  const [, missing = '', importer = ''] = /^Cannot find module '(.+)' imported from (.+)$/.exec(message) ?? [];
  const source = `${missing.replace(/\.js$/, '')}.ts`;
  return missing !== '' && existsSync(source)
    ? `. Write the ending of the file: ${formatSpecifier(relative(dirname(importer), source))}`
    : '';
}

/** A path as an import names it. */
const formatSpecifier = (path: string): string => (path.startsWith('.') ? path : `./${path}`).replaceAll('\\', '/');

/**
 * A frame of the stack names the configuration if its code was running. The stack of a syntax error has no such frame, and the error can be in a file that the
 * configuration imports.
 */
function locateError(stack: string, path: string): string {
  const [, after = ''] = stack.split(pathToFileURL(path).href);
  const [, frame] = /^:(\d+)/.exec(after) ?? [];
  if (frame !== undefined) return `${displayPath(path)}:${frame}`;
  return findPosition(stack) ?? (/^SyntaxError/.test(stack) ? locateSyntaxError(path) : undefined) ?? displayPath(path);
}

/** Returns the file and the line if the text starts with them. */
function findPosition(text: string): string | undefined {
  const [, file, line] = /^(file:\/\/.*|\/.*|[A-Z]:\\.*):(\d+)$/.exec(text.split(/\r?\n/)[0] ?? '') ?? [];
  return file && `${displayPath(file.startsWith('file:') ? fileURLToPath(file) : file)}:${line}`;
}

/**
 * JavaScript's syntax errors have no position, but Node prints the position if nobody catches the error. No code of the configuration runs, because Node parses
 * all files first.
 */
function locateSyntaxError(path: string): string | undefined {
  const program = `await import(${JSON.stringify(pathToFileURL(path).href)})`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return findPosition(stderr);
}
