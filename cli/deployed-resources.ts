import type { Config } from '../core/config/check.ts';
import { resolveInstallation } from '../infra/installation.ts';

/** The ARNs of the two state machines, and the name of the table, as the configuration and the stage make them. */
export interface DeployedResources {
  deploy: string;
  rollback: string;
  table: string;
}

/** What the command line needs to know of an installation; no key is among it. Throws a ConfigurationError for a stage that cannot be one. */
export function resolveDeployedResources(config: Config, stage: string): DeployedResources {
  const { machine, rollbackMachine, names } = resolveInstallation(config, stage, '');
  return { deploy: machine, rollback: rollbackMachine, table: names.table };
}
