import { compileFunction } from 'node:vm';
import type { InstalledFunction } from './functions.ts';

/** What a function's file exports. */
type Handler = (event: unknown, context: object) => Promise<unknown>;

/** A function's handler. Throws what the function throws while it begins, or where there is none. */
export type HandlerLoader = (fn: Pick<InstalledFunction, 'name' | 'handler'>) => Handler;

/** The handlers of a library (`library.ts`), which finds these surroundings: each begins when it is first asked for, with modules of its own. */
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
