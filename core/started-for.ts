import type { Config } from './config.ts';
import type { Target } from './deployment.ts';
import { Failure } from './failure.ts';
import { parseRequest } from './request.ts';
import { eventIn, parseRollback } from './rollback-request.ts';

/**
 * The services that an execution was started for, by its parsed input; an event may be about several. `rollback` by hand is asked for with
 * fields of `deploy`. None for an input that cannot be understood: such an execution fails in its first state.
 */
export function startedFor(input: unknown, config: Config, stage: string): Target[] {
  try {
    return eventIn(input) === undefined
      ? [parseRequest(input, config, stage).target]
      : parseRollback(input, config, stage).targets;
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
