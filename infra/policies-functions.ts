import { pollerLeaseKey } from '../core/request/poller-lease.ts';
import type { Installation } from './installation.ts';
import { reportDeadExecutions } from './policies-dead-execution.ts';
import { answerPauseHooks, readAnswers } from './policies-pause-hooks.ts';
import { decryptArtifacts, readArtifacts, readArtifactVersion, readJobDetails } from './policies-reading-artifacts.ts';
import { findStageRollbacks, runCommands, runReleaseTasks } from './policies-release-tasks.ts';
import {
  assumeTargetRoles,
  findCommit,
  putGantryEvents,
  readDigests,
  readMatchedContainers,
  sendDeadLetter,
  wakeExecutions,
} from './policies-shared.ts';
import { artifactRecords, readAndWriteLease, readLedger, tableStatement, writeLedger } from './policies-table.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';
import { allowNotifications } from './system-notification.ts';

/**
 * The permissions of one function, by the name of its file. codepipeline:AcknowledgeJob and PutJob…Result do not support resource-level permissions,
 * so they cannot be limited to an action type (service authorization reference of CodePipeline). Throws for a file without permissions.
 */
export function functionPolicy(installation: Installation, file: string): PolicyDocument {
  const statements = permissionsByFunction[file];
  if (statements === undefined)
    throw new Error(`infra/policies-functions.ts declares no permissions for functions/${file}.ts: add them.`);
  return policyDocument(writeLog(installation, file), ...statements(installation));
}

export const functionLogGroup = (installation: Installation, file: string): string =>
  `/aws/lambda/${installation.names.function(file)}`;

const permissionsByFunction: Record<string, (installation: Installation) => Statement[]> = {
  'take-job': (installation) => [
    allowStatement('PollForJobs', ['codepipeline:PollForJobs'], { on: installation.actionTypes }),
    allowStatement('AcknowledgeJob', ['codepipeline:AcknowledgeJob'], { on: ['*'] }),
    allowStatement('StartDeployment', ['states:StartExecution'], { on: [installation.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution'], { on: [installation.executions] }),
    tableStatement(installation, 'PollerLease', ['dynamodb:UpdateItem'], pollerLeaseKey.pk),
    // Reports a queued job that could not be started in time. Everybody who is allowed to invoke the function can queue an id, so the function checks the
    // job's action before.
    readJobDetails,
    allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
  ],
  'acknowledge-job': () => [
    allowStatement('AcknowledgeJob', ['codepipeline:AcknowledgeJob'], { on: ['*'] }),
    readJobDetails,
  ],
  'read-images': (installation) => [
    ...readArtifacts(installation),
    decryptArtifacts(installation),
    readDigests(installation),
    readJobDetails,
    artifactRecords(installation),
    ...readMatchedContainers(installation),
    // Any pipeline of the account can contain Gantry's action, behind an approval or not.
    allowStatement('FindApproval', ['codepipeline:GetPipeline'], { on: [installation.pipelines] }),
    ...findStageRollbacks(installation),
  ],
  'decide-rollback': (installation) => [
    ...assumeTargetRoles(installation),
    readDigests(installation),
    tableStatement(installation, 'LeaseAndLedger', ['dynamodb:GetItem', 'dynamodb:Query']),
    ...wakeExecutions(installation),
    allowStatement('ListDeployments', ['states:ListExecutions'], { on: [installation.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution', 'states:GetExecutionHistory'], {
      on: [installation.executions],
    }),
  ],
  'take-lease': (installation) => [
    readAndWriteLease(installation),
    tableStatement(installation, 'TakeLease', ['dynamodb:UpdateItem']),
  ],
  // The base of a revision can be a file in the artifact.
  'check-target': (installation) => [
    ...assumeTargetRoles(installation),
    ...readArtifactVersion(installation),
    readDigests(installation),
  ],
  'record-start': (installation) => [
    writeLedger(installation),
    putGantryEvents(installation),
    findCommit(installation),
  ],
  'register-revision': (installation) => [
    ...assumeTargetRoles(installation),
    ...readArtifactVersion(installation),
    tableStatement(installation, 'Lease', ['dynamodb:GetItem']),
  ],
  'run-task': runReleaseTasks,
  'run-command': runCommands,
  'update-service': (installation) => [...assumeTargetRoles(installation), readAndWriteLease(installation)],
  'watch-rollout': (installation) => [
    ...assumeTargetRoles(installation),
    readAnswers(installation),
    readLedger(installation),
  ],
  wake: (installation) => [
    ...wakeExecutions(installation),
    allowStatement('StartRollback', ['states:StartExecution'], { on: [installation.rollbackMachine] }),
    sendDeadLetter(installation),
  ],
  'continue-deployment': answerPauseHooks,
  'roll-back': (installation) => [
    ...assumeTargetRoles(installation),
    readAndWriteLease(installation),
    readLedger(installation),
  ],
  'watch-rollback': (installation) => [...assumeTargetRoles(installation), readLedger(installation)],
  'move-schedules': (installation) => [...assumeTargetRoles(installation), readLedger(installation)],
  'report-success': (installation) => [
    allowStatement('ReportSuccess', ['codepipeline:PutJobSuccessResult'], { on: ['*'] }),
    writeLedger(installation),
    putGantryEvents(installation),
    findCommit(installation),
  ],
  'report-failure': (installation) => [
    allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    writeLedger(installation),
    putGantryEvents(installation),
    findCommit(installation),
  ],
  // The ledger entry stays open.
  'report-pause': () => [allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] })],
  'announce-end': (installation) => [
    readLedger(installation),
    ...allowNotifications(installation),
    sendDeadLetter(installation),
  ],
  'report-rollback': (installation) => [
    tableStatement(installation, 'Ledger', ['dynamodb:UpdateItem']),
    putGantryEvents(installation),
  ],
  'report-dead-execution': reportDeadExecutions,
};

/** Whether a function reads or writes the table. */
export const usesTable = (installation: Installation, file: string): boolean =>
  (permissionsByFunction[file]?.(installation) ?? []).some(({ Resource = [] }) =>
    Resource.includes(installation.table),
  );

/** The files in `functions/`, in the order of a deployment. */
export const functionFiles: readonly string[] = Object.keys(permissionsByFunction);

const writeLog = (installation: Installation, file: string): Statement =>
  allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
    on: [`${installation.logGroup(functionLogGroup(installation, file))}:*`],
  });
