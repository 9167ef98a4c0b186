import type { Config } from '../core/config/check.ts';
import {
  entryMachines,
  type ManualStart,
  manualStarts,
  nestedExecutionName,
  sharedMachineNames,
} from '../core/config/entry-machines.ts';
import { buildExecutionArn } from '../core/config/resource-names.ts';
import { resolveInstallation } from '../infra/installation.ts';

/** The ARNs of the shared state machines and the name of the table, derived from the configuration and the stage. */
export interface DeployedResources {
  deploy: string;
  rollback: string;
  table: string;
}

/** A target's entry machine, by its ARN, and the shared machine that it starts. */
export interface EntryMachine {
  arn: string;
  target: string;
  starts: string;
}

/** Returns a target's entry machine of one kind. Throws a ConfigurationError if the stage's name is invalid. */
export function resolveEntryMachine(kind: ManualStart, target: string, config: Config, stage: string): EntryMachine {
  const { names, stateMachine } = resolveInstallation(config, stage, '');
  return {
    arn: stateMachine(names.entry(kind, target)),
    target,
    starts: stateMachine(names.of(entryMachines[kind].starts)),
  };
}

/** Returns the ARN of the shared execution that an entry machine's execution of this name starts. */
export const sharedExecutionArn = ({ starts, target }: EntryMachine, name: string): string =>
  buildExecutionArn(starts, nestedExecutionName(target, name));

/** Returns every entry machine that a target can have. */
export const listEntryMachines = (config: Config, stage: string): EntryMachine[] =>
  config.targets.flatMap(({ name }) => manualStarts.map((kind) => resolveEntryMachine(kind, name, config, stage)));

/** Returns the ARNs of the shared machines. */
export function listSharedMachines(config: Config, stage: string): string[] {
  const { names, stateMachine } = resolveInstallation(config, stage, '');
  return sharedMachineNames.map((name) => stateMachine(names.of(name)));
}

/** Returns what the command line needs to know about an installation; none of it is secret. Throws a ConfigurationError if the stage's name is invalid. */
export function resolveDeployedResources(config: Config, stage: string): DeployedResources {
  const { machine, rollbackMachine, names } = resolveInstallation(config, stage, '');
  return { deploy: machine, rollback: rollbackMachine, table: names.table };
}
