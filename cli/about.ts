import type { Config } from '../core/config/check.ts';
import type { Target } from '../core/model/release.ts';
import { partitionOf, serviceOf } from '../core/model/table-keys.ts';
import { jsonText } from '../core/parsing/validation.ts';
import { startedFor } from '../core/request/execution-input.ts';

const identity = (target: Target): string => partitionOf(serviceOf(target));

/** Tells whether an execution is about a target's service, by the JSON that it was started with. */
export const aboutTarget =
  (target: Target, config: Config, stage: string) =>
  (input: string): boolean =>
    startedFor(jsonText.safeParse(input).data, config, stage).some((one) => identity(one) === identity(target));
