import type { Config } from '../core/config/check.ts';
import type { Target } from '../core/model/release.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { matchesPattern } from '../core/parsing/pattern.ts';
import { targetsOfExecution } from '../core/request/execution-input.ts';

/** Whether an execution's target includes the target's service. The execution's service can be a pattern. */
function includesService(one: Target, target: Target): boolean {
  const [found, wanted] = [identifyService(one), identifyService(target)];
  return (
    found.account === wanted.account &&
    found.region === wanted.region &&
    found.cluster === wanted.cluster &&
    matchesPattern(wanted.name, found.name)
  );
}

/** Returns a predicate that takes an execution's request (aws/execution-request.ts) and says whether the execution concerns the target's service. */
export const matchesTarget =
  (target: Target, config: Config, stage: string) =>
  (request: unknown): boolean =>
    targetsOfExecution(request, config, stage).some((one) => includesService(one, target));
