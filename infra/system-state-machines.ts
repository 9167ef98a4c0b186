import type { SystemDeclaration } from './system.ts';
import type { StateMachineDeclaration } from './system-workflow.ts';

/** The state machines that do the work, for all targets. */
export const listSharedMachines = ({
  machine,
  rollbackMachine,
  otherMachines,
}: SystemDeclaration): StateMachineDeclaration[] => [machine, rollbackMachine, ...otherMachines];

/** All state machines: the shared machines that do the work, and the entry machines that start them for one target. */
export const listStateMachines = (system: SystemDeclaration): StateMachineDeclaration[] => [
  ...listSharedMachines(system),
  ...system.entryMachines,
];
