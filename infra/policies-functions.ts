import { eventSource } from '../core/reporting/deployment-event.ts';
import type { Installation } from './installation.ts';
import { decryptArtifacts, readArtifacts, readArtifactVersion, readJobDetails } from './policies-reading-artifacts.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/**
 * The permissions of one function, by the name of its file. codepipeline:AcknowledgeJob and PutJob…Result do not support resource-level permissions,
 * so they cannot be limited to an action type (service authorization reference of CodePipeline). Throws for a file without permissions.
 */
export function functionPolicy(here: Installation, file: string): PolicyDocument {
  const statements = permissionsByFunction[file];
  if (statements === undefined)
    throw new Error(`infra/policies-functions.ts declares no permissions for functions/${file}.ts: add them.`);
  return policyDocument(writeLog(here, file), ...statements(here));
}

export const functionLogGroup = (here: Installation, file: string): string =>
  `/aws/lambda/${here.names.function(file)}`;

const permissionsByFunction: Record<string, (here: Installation) => Statement[]> = {
  'take-job': (here) => [
    allowStatement('PollForJobs', ['codepipeline:PollForJobs'], { on: here.actionTypes }),
    allowStatement('AcknowledgeJob', ['codepipeline:AcknowledgeJob'], { on: ['*'] }),
    allowStatement('StartDeployment', ['states:StartExecution'], { on: [here.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution'], { on: [here.executions] }),
    allowStatement('PollerLease', ['dynamodb:UpdateItem'], { on: [here.table] }),
    sendDeadLetter(here),
  ],
  'acknowledge-job': () => [allowStatement('AcknowledgeJob', ['codepipeline:AcknowledgeJob'], { on: ['*'] })],
  'read-images': (here) => [
    ...readArtifacts(here),
    decryptArtifacts(here),
    allowStatement('Digests', ['ecr:BatchGetImage'], { on: here.imageRepositories }),
    readJobDetails,
  ],
  'decide-rollback': (here) => [
    ...assumeTargetRoles(here),
    allowStatement('LeaseAndLedger', ['dynamodb:GetItem', 'dynamodb:Query'], { on: [here.table] }),
    allowStatement('ListDeployments', ['states:ListExecutions'], { on: [here.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution'], { on: [here.executions] }),
  ],
  'take-lease': (here) => [
    readAndWriteLease(here),
    allowStatement('TakeLease', ['dynamodb:UpdateItem'], { on: [here.table] }),
  ],
  // The base of a revision can be a file in the artifact.
  'check-target': (here) => [...assumeTargetRoles(here), ...readArtifactVersion(here)],
  'record-start': (here) => [
    writeLedger(here),
    putGantryEvents(here),
    // Any pipeline of the account can contain Gantry's action.
    allowStatement('FindCommit', ['codepipeline:GetPipelineExecution'], { on: [here.pipelines] }),
  ],
  'register-revision': (here) => [
    ...assumeTargetRoles(here),
    ...readArtifactVersion(here),
    allowStatement('Lease', ['dynamodb:GetItem'], { on: [here.table] }),
  ],
  'update-service': (here) => [...assumeTargetRoles(here), readAndWriteLease(here)],
  'watch-rollout': assumeTargetRoles,
  // states:SendTaskSuccess does not support resource-level permissions (service authorization reference of Step Functions).
  wake: (here) => [
    allowStatement('RecordEvent', ['dynamodb:UpdateItem'], { on: [here.table] }),
    allowStatement('WakeExecutions', ['states:SendTaskSuccess'], { on: ['*'] }),
  ],
  'roll-back': (here) => [...assumeTargetRoles(here), readAndWriteLease(here), readLedger(here)],
  'watch-rollback': assumeTargetRoles,
  'report-success': (here) => [
    allowStatement('ReportSuccess', ['codepipeline:PutJobSuccessResult'], { on: ['*'] }),
    writeLedger(here),
    putGantryEvents(here),
  ],
  'report-failure': (here) => [
    allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    writeLedger(here),
    putGantryEvents(here),
  ],
  'report-rollback': (here) => [
    allowStatement('Ledger', ['dynamodb:UpdateItem'], { on: [here.table] }),
    putGantryEvents(here),
  ],
  'report-dead-execution': (here) => [
    allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    allowStatement('ListDeployments', ['states:ListExecutions'], { on: [here.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution', 'states:GetExecutionHistory'], {
      on: [here.executions],
    }),
    readAndWriteLease(here),
    allowStatement('ReadLedger', ['dynamodb:Query'], { on: [here.table] }),
    putGantryEvents(here),
    sendDeadLetter(here),
  ],
};

/** Whether a function reads or writes the table. */
export const usesTable = (here: Installation, file: string): boolean =>
  (permissionsByFunction[file]?.(here) ?? []).some(({ Resource = [] }) => Resource.includes(here.table));

/** The files in `functions/`, in the order of a deployment. */
export const functionFiles: readonly string[] = Object.keys(permissionsByFunction);

function assumeTargetRoles(here: Installation): Statement[] {
  return [allowStatement('TargetRoles', ['sts:AssumeRole'], { on: here.targetRoles })];
}

/** The lease is read, and then written on the condition that it has not changed. */
const readAndWriteLease = (here: Installation): Statement =>
  allowStatement('Lease', ['dynamodb:GetItem', 'dynamodb:PutItem'], { on: [here.table] });

/** Reads the ledger entries of a service. */
const readLedger = (here: Installation): Statement =>
  allowStatement('ReadLedger', ['dynamodb:Query'], { on: [here.table] });

/** Writes an entry of the ledger. Giving a lease back needs the same permission. */
const writeLedger = (here: Installation): Statement =>
  allowStatement('Ledger', ['dynamodb:PutItem'], { on: [here.table] });

/**
 * Limited to Gantry's own source, because events of other sources could start other things (eb-event-bus-permissions: the key is a list, and every
 * entry has a source).
 */
const putGantryEvents = (here: Installation): Statement =>
  allowStatement('SendEvents', ['events:PutEvents'], {
    on: [here.bus],
    when: { 'ForAllValues:StringEquals': { 'events:source': eventSource } },
  });

/** For a function that is invoked asynchronously: Lambda uses the function's role to send an event to the queue after all retries failed. */
const sendDeadLetter = (here: Installation): Statement =>
  allowStatement('DeadLetter', ['sqs:SendMessage'], { on: [here.deadLetters] });

const writeLog = (here: Installation, file: string): Statement =>
  allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
    on: [`${here.logGroup(functionLogGroup(here, file))}:*`],
  });
