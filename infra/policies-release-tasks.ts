import {
  hasReleaseTasks,
  listTargetsWithManualTasks,
  listTargetsWithStopOnDeath,
  listTargetsWithTasks,
} from '../core/config/task-services.ts';
import type { Installation } from './installation.ts';
import { assumeRolesOf } from './policies-shared.ts';
import { readAndWriteLease, tableStatement } from './policies-table.ts';
import { allowStatement, type Statement } from './policy.ts';

/* The permissions of Gantry's functions for pre- and post-deploy tasks and for commands. There are none if no service has such tasks and no target allows commands. */

/** Run Task assumes the roles of the targets whose services have tasks. It extends the lease and writes a record for each task. */
export const runReleaseTasks = (installation: Installation): Statement[] =>
  hasReleaseTasks(installation.config)
    ? [
        ...assumeRolesOf(installation, listTargetsWithTasks(installation.config)),
        readAndWriteLease(installation),
        tableStatement(installation, 'TaskRecords', ['dynamodb:UpdateItem']),
      ]
    : [];

/** Run Command assumes the roles of the targets in which people can run commands. It writes a record for each command, and takes no lease. */
export const runCommands = (installation: Installation): Statement[] => {
  const targets = listTargetsWithManualTasks(installation.config);
  return targets.length === 0
    ? []
    : [
        ...assumeRolesOf(installation, targets),
        tableStatement(installation, 'TaskRecords', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']),
      ];
};

/** The shared machine of commands, if people can run commands anywhere: Gantry must find its dead executions too. */
export const listCommandMachines = (installation: Installation): string[] =>
  listTargetsWithManualTasks(installation.config).length === 0
    ? []
    : [installation.stateMachine(installation.names.of('run'))];

/**
 * The permission to find out whether CodePipeline rolls back a stage, because such a rollback runs no tasks. Any pipeline of the account can contain
 * Gantry's action.
 */
export const findStageRollbacks = (installation: Installation): Statement[] =>
  hasReleaseTasks(installation.config)
    ? [allowStatement('FindRollback', ['codepipeline:GetPipelineExecution'], { on: [installation.pipelines] })]
    : [];

/** The permission to stop the task of a dead execution, in the targets whose configuration requests it. */
export const stopTasksOfDeadExecutions = (installation: Installation): Statement[] => {
  const targets = listTargetsWithStopOnDeath(installation.config);
  return targets.length === 0
    ? []
    : [...assumeRolesOf(installation, targets), tableStatement(installation, 'TaskRecords', ['dynamodb:UpdateItem'])];
};
