import { Failure } from '../errors/failure.ts';
import type { Config } from './check.ts';
import { entryMachines, type ManualStart } from './entry-machines.ts';
import { findConfiguredService } from './targets.ts';

/** Returns why nobody can start this manually for a service such as `test/web`; undefined if its target allows it. */
export function checkManualStartAllowed(
  kind: ManualStart,
  config: Config,
  name: string | undefined,
): Failure | undefined {
  const target = findConfiguredService(config, name)?.target;
  if (target === undefined || entryMachines[kind].isAllowed(target)) return undefined;
  return new Failure('ConfigurationError', `The target ${target.name} ${entryMachines[kind].denial}.`);
}
