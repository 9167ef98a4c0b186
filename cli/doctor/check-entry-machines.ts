import { nestedExecutionName } from '../../core/config/entry-machines.ts';
import { buildExecutionArn } from '../../core/config/resource-names.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { EntryMachineDeclaration } from '../../infra/system-entry.ts';
import type { Check } from './check-result.ts';
import { createPermissionCheck } from './permission-check.ts';

/** The entry machines: each can start its shared machine, and can follow the executions of its own target. */
export const entryMachineChecks = ({ region, entryMachines }: SystemDeclaration): Check[] =>
  entryMachines.map((machine) =>
    createPermissionCheck({
      link: 'workflow',
      about: 'build account',
      who: `the state machine ${machine.name}`,
      what: `start ${machine.kind} for ${machine.target} and follow it`,
      asks: listRequests(machine).map((request) => ({ ...request, by: machine.role, region })),
    }),
  );

const listRequests = ({ starts, target }: EntryMachineDeclaration) => [
  { actions: ['states:StartExecution'], on: [starts] },
  { actions: ['states:DescribeExecution'], on: [buildExecutionArn(starts, nestedExecutionName(target, 'one'))] },
];
