import { Failure } from '../errors/failure.ts';

/** Returns the parsed input; undefined if it is not valid. An execution with an invalid input fails in its first state. */
export function tryParse<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
