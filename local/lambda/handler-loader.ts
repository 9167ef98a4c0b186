import { compileFunction } from 'node:vm';
import type { InstalledFunction } from './functions.ts';

/** A function's handler, as its file exports it. */
type Handler = (event: unknown, context: object) => Promise<unknown>;

/** Loads a function's handler. Throws the function's own error if its initialization fails, or an error if the handler does not exist. */
export type HandlerLoader = (fn: Pick<InstalledFunction, 'name' | 'handler'>) => Handler;

/**
 * Returns a loader for the handlers of a library (`library.ts`), which is evaluated with `surroundings` as its globals. Each
 * handler is initialized on first use, with its own modules.
 */
export function createHandlerLoader(library: string, surroundings: Record<string, unknown>): HandlerLoader {
  const evaluate = compileFunction(library, ['exports', ...Object.keys(surroundings)]);
  const begun = new Map<string, Handler>();
  const begin = (file: string): Handler | undefined => {
    const exported: Record<string, () => Handler> = {};
    evaluate(exported, ...Object.values(surroundings));
    return exported[file]?.();
  };
  return ({ name, handler }) => {
    const [file = ''] = handler.split('.');
    const found = begun.get(file) ?? begin(file);
    if (found === undefined) throw new Error(`${name} is not in the library`);
    begun.set(file, found);
    return found;
  };
}
