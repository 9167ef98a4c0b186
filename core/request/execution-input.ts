import type { Config } from '../config/check.ts';
import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { parseRequest, type Request } from './parse.ts';
import { eventIn, parseRollback } from './rollback.ts';

/** What is understood of an input; undefined of one that is a mistake: such an execution fails in its first state. */
function understood<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** What an execution of `deploy` was asked for, by its parsed input. */
export const requestedIn = (input: unknown, config: Config, stage: string): Request | undefined =>
  understood(() => parseRequest(input, config, stage));

/** The services that an execution was started for, by its parsed input; an event may be about several. `rollback` by hand is asked for with fields of `deploy`. */
export const startedFor = (input: unknown, config: Config, stage: string): Target[] =>
  eventIn(input) === undefined
    ? [requestedIn(input, config, stage)].flatMap((request) => request?.target ?? [])
    : (understood(() => parseRollback(input, config, stage).targets) ?? []);
