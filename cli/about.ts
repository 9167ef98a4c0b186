import type { Config } from '../core/config.ts';
import type { Target } from '../core/deployment.ts';
import { partitionOf, serviceOf } from '../core/ledger.ts';
import { jsonText } from '../core/parse.ts';
import { startedFor } from '../core/started-for.ts';

const identity = (target: Target): string => partitionOf(serviceOf(target));

/** Tells whether an execution is about a target's service, by the JSON that it was started with. */
export const aboutTarget =
  (target: Target, config: Config, stage: string) =>
  (input: string): boolean =>
    startedFor(jsonText.safeParse(input).data, config, stage).some((one) => identity(one) === identity(target));
