import { eventSource } from '../core/reporting/deployment-event.ts';
import type { Installation } from './installation.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/**
 * What one function may do, by its file's name. The results of a job and its acknowledgement cannot be limited to an action type:
 * codepipeline:AcknowledgeJob and PutJob…Result know no resource (service authorization reference of CodePipeline).
 */
export function functionPolicy(here: Installation, file: string): PolicyDocument {
  const statements = permissionsByFunction[file];
  if (statements === undefined)
    throw new Error(`No rights are written down for functions/${file}.ts in infra/policies-functions.ts.`);
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
    allowStatement('Digests', ['ecr:BatchGetImage'], { on: [here.repository] }),
  ],
  'decide-rollback': (here) => [
    ...assumeTargetRoles(here),
    allowStatement('Lease', ['dynamodb:GetItem'], { on: [here.table] }),
    allowStatement('FindDeployments', ['states:ListExecutions'], { on: [here.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution'], { on: [here.executions] }),
  ],
  'take-lease': (here) => [
    readAndWriteLease(here),
    allowStatement('TakeLease', ['dynamodb:UpdateItem'], { on: [here.table] }),
  ],
  // The base of a revision may be a file of the artifact.
  'check-target': (here) => [...assumeTargetRoles(here), ...readArtifactVersion(here)],
  'record-start': (here) => [
    writeLedger(here),
    putGantryEvents(here),
    // Any pipeline of the account may have our action.
    allowStatement('Commit', ['codepipeline:GetPipelineExecution'], { on: [here.pipelines] }),
  ],
  'register-revision': (here) => [
    ...assumeTargetRoles(here),
    ...readArtifactVersion(here),
    allowStatement('Lease', ['dynamodb:GetItem'], { on: [here.table] }),
  ],
  'update-service': (here) => [...assumeTargetRoles(here), readAndWriteLease(here)],
  'watch-rollout': assumeTargetRoles,
  // Nobody can be kept from one token by a resource: states:SendTaskSuccess knows none (service authorization reference of Step Functions).
  wake: (here) => [
    allowStatement('RecordEvent', ['dynamodb:UpdateItem'], { on: [here.table] }),
    allowStatement('EndSleep', ['states:SendTaskSuccess'], { on: ['*'] }),
  ],
  'roll-back': (here) => [...assumeTargetRoles(here), readAndWriteLease(here)],
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
  'report-dead-execution': (here) => [
    allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    allowStatement('FindDeployments', ['states:ListExecutions'], { on: [here.machine] }),
    allowStatement('DescribeDeployment', ['states:DescribeExecution', 'states:GetExecutionHistory'], {
      on: [here.executions],
    }),
    readAndWriteLease(here),
    allowStatement('FindInLedger', ['dynamodb:Query'], { on: [here.table] }),
    putGantryEvents(here),
    sendDeadLetter(here),
  ],
};

/** Does the function read or write the table? */
export const usesTable = (here: Installation, file: string): boolean =>
  (permissionsByFunction[file]?.(here) ?? []).some(({ Resource = [] }) => Resource.includes(here.table));

/** The files in `functions/` that are installed, in the order of a deployment. */
export const functionFiles: readonly string[] = Object.keys(permissionsByFunction);

function assumeTargetRoles(here: Installation): Statement[] {
  return [allowStatement('TargetRoles', ['sts:AssumeRole'], { on: here.targetRoles })];
}

/** Without ListBucket an object that is gone answers 403 like one that is forbidden (S3 GetObject, "Permissions"). */
const readArtifacts = (here: Installation): Statement[] => [
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  allowStatement('ArtifactBucket', ['s3:ListBucket'], { on: [here.bucket] }),
  allowStatement('KindOfKey', ['kms:DescribeKey'], { on: [here.key] }),
];

/** The artifact that Read Images has found, at the very version: GetObject on a version asks for this one action (S3 GetObject, "Permissions"). */
const readArtifactVersion = (here: Installation): Statement[] => [
  allowStatement('Artifacts', ['s3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  decryptArtifacts(here),
];

const decryptArtifacts = (here: Installation): Statement =>
  allowStatement('DecryptArtifacts', ['kms:Decrypt'], {
    on: [here.key],
    when: { StringEquals: { 'kms:ViaService': `s3.${here.region}.amazonaws.com` } },
  });

/** The lease is read, and written on the condition that it is still as it was read. */
const readAndWriteLease = (here: Installation): Statement =>
  allowStatement('Lease', ['dynamodb:GetItem', 'dynamodb:PutItem'], { on: [here.table] });

/** An entry of the ledger; a lease is given back with the same right. */
const writeLedger = (here: Installation): Statement =>
  allowStatement('Ledger', ['dynamodb:PutItem'], { on: [here.table] });

/** Only as ourselves: on this bus the events of other sources start other things (eb-event-bus-permissions: the key is a list, and no entry is without a source). */
const putGantryEvents = (here: Installation): Statement =>
  allowStatement('Announce', ['events:PutEvents'], {
    on: [here.bus],
    when: { 'ForAllValues:StringEquals': { 'events:source': eventSource } },
  });

/** For a function that is invoked asynchronously: Lambda itself sends what failed for good, as the function's role. */
const sendDeadLetter = (here: Installation): Statement =>
  allowStatement('DeadLetter', ['sqs:SendMessage'], { on: [here.deadLetters] });

const writeLog = (here: Installation, file: string): Statement =>
  allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
    on: [`${here.logGroup(functionLogGroup(here, file))}:*`],
  });
