import type { Config } from '../core/config.ts';
import type { Target } from '../core/deployment.ts';
import { Failure } from '../core/failure.ts';
import { partitionOf, serviceOf } from '../core/ledger.ts';
import { jsonText } from '../core/parse.ts';
import { parseRequest } from '../core/request.ts';
import { parseRollback } from '../core/rollback-request.ts';

/** An execution of one of the two machines, by what it was started with, as JSON. */
export interface Begun {
  machine: 'deploy' | 'rollback';
  input: string;
}

function targetsOf({ machine, input }: Begun, config: Config, stage: string): Target[] {
  const { data } = jsonText.safeParse(input);
  try {
    return machine === 'deploy'
      ? [parseRequest(data, config, stage).target]
      : parseRollback(data, config, stage).targets;
  } catch (error) {
    // An execution with such an input is about no service: it fails in its first state.
    if (error instanceof Failure) return [];
    throw error;
  }
}

const identity = (target: Target): string => partitionOf(serviceOf(target));

/** Tells whether an execution is about a target's service. */
export const aboutTarget =
  (target: Target, config: Config, stage: string) =>
  (begun: Begun): boolean =>
    targetsOf(begun, config, stage).some((one) => identity(one) === identity(target));
