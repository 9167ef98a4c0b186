import type { Config } from '../core/config/check.ts';
import type { Target } from '../core/model/release.ts';
import { identifyService, partitionKey } from '../core/model/table-keys.ts';
import { jsonTextSchema } from '../core/parsing/validation.ts';
import { targetsOfExecution } from '../core/request/execution-input.ts';

const serviceKey = (target: Target): string => partitionKey(identifyService(target));

/** Returns a predicate that takes an execution's input (JSON text) and says whether the execution concerns the target's service. */
export const matchesTarget =
  (target: Target, config: Config, stage: string) =>
  (input: string): boolean =>
    targetsOfExecution(jsonTextSchema.safeParse(input).data, config, stage).some(
      (one) => serviceKey(one) === serviceKey(target),
    );
