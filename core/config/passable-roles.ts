import type { Target } from '../model/release.ts';
import type { Config } from './schema.ts';
import { listAllowedNames } from './target-permissions.ts';
import { findConfiguredService } from './targets.ts';

/** Returns the names and patterns of the roles that the role of a target can pass to tasks. None for a service that is not configured. */
export function listPassableRoles(config: Config, { name }: Target, stage?: string): string[] {
  const target = findConfiguredService(config, name, stage)?.target;
  return target === undefined ? [] : listAllowedNames(target).passRoles;
}
