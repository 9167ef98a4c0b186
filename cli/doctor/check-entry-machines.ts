import { nestedExecutionName } from '../../core/config/entry-machines.ts';
import { buildExecutionArn } from '../../core/config/resource-names.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { DeniedEntry, EntryMachineDeclaration } from '../../infra/system-entry.ts';
import type { Check } from './check-result.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

/**
 * The entry machines: each can start its shared machine, and can follow the executions of its own target. An entry machine that the configuration does not
 * allow does not exist.
 */
export const entryMachineChecks = ({ region, entryMachines, deniedEntries }: SystemDeclaration): Check[] => [
  ...deniedEntries.map(checkDeniedEntry),
  ...entryMachines.map((machine) =>
    createPermissionCheck({
      link: 'workflow',
      about: 'build account',
      who: `the state machine ${machine.name}`,
      what: `start ${machine.kind} for ${machine.target} and follow it`,
      asks: listRequests(machine).map((request) => ({ ...request, by: machine.role, region })),
    }),
  ),
];

const checkDeniedEntry = ({ kind, target, name }: DeniedEntry): Check =>
  createResourceCheck({
    link: 'workflow',
    about: 'build account',
    title: `nobody can start ${kind} for ${target} manually: the state machine ${name} does not exist`,
    onlyLive: true,
    read: ({ machines }) => machines,
    wrong: (found) =>
      found.has(name)
        ? {
            says: `the state machine ${name} exists, although gantry.config.ts does not allow ${kind} for ${target}`,
            policy: `state machine ${name}`,
            statement: 'name',
            fix: 'deploy the build account again, which deletes it',
          }
        : undefined,
  });

const listRequests = ({ starts, target }: EntryMachineDeclaration) => [
  { actions: ['states:StartExecution'], on: [starts] },
  { actions: ['states:DescribeExecution'], on: [buildExecutionArn(starts, nestedExecutionName(target, 'one'))] },
];
