import {
  entryMachines,
  listAllowedManualStarts,
  type ManualStart,
  manualStarts,
  nestedExecutionName,
} from '../core/config/entry-machines.ts';
import { findPartitionOfRegion } from '../core/parsing/partition.ts';
import type { Installation } from './installation.ts';
import { entryMachinePolicy } from './policies-workflow.ts';
import type { PolicyDocument } from './policy.ts';
import type { StateMachineDeclaration } from './system-workflow.ts';

/** The state machine that a person starts for one target, with the permissions of its role. It starts a shared machine for this target only. */
export interface EntryMachineDeclaration extends StateMachineDeclaration {
  kind: ManualStart;
  target: string;
  /** The ARN of the shared machine. */
  starts: string;
  policy: PolicyDocument;
}

/** The entry machines of all targets, in the configuration's order. */
export const declareEntryMachines = (installation: Installation): EntryMachineDeclaration[] =>
  installation.config.targets.flatMap((target) =>
    listAllowedManualStarts(target).map((kind) => declareEntryMachine(installation, kind, target.name)),
  );

/** An entry machine that the configuration of its target does not allow, so it must not exist. */
export type DeniedEntry = Pick<EntryMachineDeclaration, 'kind' | 'target' | 'name' | 'arn'>;

export const listDeniedEntries = ({ config, names, stateMachine }: Installation): DeniedEntry[] =>
  config.targets.flatMap((target) =>
    manualStarts
      .filter((kind) => !listAllowedManualStarts(target).includes(kind))
      .map((kind) => {
        const name = names.entry(kind, target.name);
        return { kind, target: target.name, name, arn: stateMachine(name) };
      }),
  );

function declareEntryMachine(installation: Installation, kind: ManualStart, target: string): EntryMachineDeclaration {
  const name = installation.names.entry(kind, target);
  const starts = installation.stateMachine(installation.names.of(entryMachines[kind].starts));
  const executions = starts.replace(':stateMachine:', ':execution:');
  return {
    kind,
    target,
    starts,
    name,
    arn: installation.stateMachine(name),
    file: 'state-machines/entry.asl.json',
    role: installation.role(name),
    tokens: {
      Partition: findPartitionOfRegion(installation.region).id,
      Target: target,
      StateMachine: starts,
      Executions: executions,
    },
    functions: [],
    logGroup: `/aws/vendedlogs/states/${name}`,
    policy: entryMachinePolicy(installation, {
      starts,
      executions: `${executions}:${nestedExecutionName(target, '*')}`,
    }),
  };
}
