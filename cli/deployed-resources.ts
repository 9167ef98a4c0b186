import type { Config } from '../core/config/check.ts';
import { resolveInstallation } from '../infra/installation.ts';

/** The ARNs of the two state machines and the name of the table, derived from the configuration and the stage. */
export interface DeployedResources {
  deploy: string;
  rollback: string;
  table: string;
}

/** Returns what the command line needs to know about an installation; none of it is secret. Throws a ConfigurationError if the stage's name is invalid. */
export function resolveDeployedResources(config: Config, stage: string): DeployedResources {
  const { machine, rollbackMachine, names } = resolveInstallation(config, stage, '');
  return { deploy: machine, rollback: rollbackMachine, table: names.table };
}
