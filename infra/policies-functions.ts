import { announcer } from '../core/reporting/announcement.ts';
import type { Installation } from './arns.ts';
import { allow, type PolicyDocument, policy, type Statement } from './policy.ts';

/**
 * What one function may do, by its file's name. The results of a job and its acknowledgement cannot be limited to an action type:
 * codepipeline:AcknowledgeJob and PutJob…Result know no resource (service authorization reference of CodePipeline).
 */
export function functionPolicy(here: Installation, file: string): PolicyDocument {
  const statements = rights[file];
  if (statements === undefined)
    throw new Error(`No rights are written down for functions/${file}.ts in infra/policies-functions.ts.`);
  return policy(log(here, file), ...statements(here));
}

export const functionLogGroup = (here: Installation, file: string): string =>
  `/aws/lambda/${here.names.function(file)}`;

const rights: Record<string, (here: Installation) => Statement[]> = {
  'take-job': (here) => [
    allow('PollForJobs', ['codepipeline:PollForJobs'], { on: [here.actionType] }),
    allow('StartDeployment', ['states:StartExecution'], { on: [here.machine] }),
    allow('LookAtDeployment', ['states:DescribeExecution'], { on: [here.executions] }),
    deadLetter(here),
  ],
  'acknowledge-job': () => [allow('AcknowledgeJob', ['codepipeline:AcknowledgeJob'], { on: ['*'] })],
  'read-images': (here) => [
    ...findArtifacts(here),
    decryptArtifacts(here),
    allow('Digests', ['ecr:BatchGetImage'], { on: [here.repository] }),
  ],
  'decide-rollback': (here) => [
    ...targetRoles(here),
    allow('Lease', ['dynamodb:GetItem'], { on: [here.table] }),
    allow('FindDeployments', ['states:ListExecutions'], { on: [here.machine] }),
    allow('LookAtDeployment', ['states:DescribeExecution'], { on: [here.executions] }),
  ],
  'take-lease': (here) => [lease(here), allow('TakeLease', ['dynamodb:UpdateItem'], { on: [here.table] })],
  // The base of a revision may be a file of the artifact.
  'check-target': (here) => [...targetRoles(here), ...readAgain(here)],
  'record-start': (here) => [
    ledger(here),
    announce(here),
    // Any pipeline of the account may have our action.
    allow('Commit', ['codepipeline:GetPipelineExecution'], { on: [here.pipelines] }),
  ],
  'register-revision': (here) => [
    ...targetRoles(here),
    ...readAgain(here),
    allow('Lease', ['dynamodb:GetItem'], { on: [here.table] }),
  ],
  'update-service': (here) => [...targetRoles(here), lease(here)],
  'watch-rollout': targetRoles,
  // Nobody can be kept from one token by a resource: states:SendTaskSuccess knows none (service authorization reference of Step Functions).
  wake: (here) => [
    allow('LeaveWord', ['dynamodb:UpdateItem'], { on: [here.table] }),
    allow('EndSleep', ['states:SendTaskSuccess'], { on: ['*'] }),
  ],
  'roll-back': (here) => [...targetRoles(here), lease(here)],
  'watch-rollback': targetRoles,
  'report-success': (here) => [
    allow('ReportSuccess', ['codepipeline:PutJobSuccessResult'], { on: ['*'] }),
    ledger(here),
    announce(here),
  ],
  'report-failure': (here) => [
    allow('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    ledger(here),
    announce(here),
  ],
  'report-dead-execution': (here) => [
    allow('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    allow('FindDeployments', ['states:ListExecutions'], { on: [here.machine] }),
    allow('LookAtDeployment', ['states:DescribeExecution', 'states:GetExecutionHistory'], { on: [here.executions] }),
    lease(here),
    allow('FindInLedger', ['dynamodb:Query'], { on: [here.table] }),
    announce(here),
    deadLetter(here),
  ],
};

/** Does the function read or write the table? */
export const usesTable = (here: Installation, file: string): boolean =>
  (rights[file]?.(here) ?? []).some(({ Resource = [] }) => Resource.includes(here.table));

/** The files in `functions/` that are installed, in the order of a deployment. */
export const functionFiles: readonly string[] = Object.keys(rights);

function targetRoles(here: Installation): Statement[] {
  return [allow('TargetRoles', ['sts:AssumeRole'], { on: here.targetRoles })];
}

/** Without ListBucket an object that is gone answers 403 like one that is forbidden (S3 GetObject, "Permissions"). */
const findArtifacts = (here: Installation): Statement[] => [
  allow('Artifacts', ['s3:GetObject', 's3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  allow('ArtifactBucket', ['s3:ListBucket'], { on: [here.bucket] }),
  allow('KindOfKey', ['kms:DescribeKey'], { on: [here.key] }),
];

/** The artifact that Read Images has found, at the very version: GetObject on a version asks for this one action (S3 GetObject, "Permissions"). */
const readAgain = (here: Installation): Statement[] => [
  allow('Artifacts', ['s3:GetObjectVersion'], { on: [`${here.bucket}/*`] }),
  decryptArtifacts(here),
];

const decryptArtifacts = (here: Installation): Statement =>
  allow('DecryptArtifacts', ['kms:Decrypt'], {
    on: [here.key],
    when: { StringEquals: { 'kms:ViaService': `s3.${here.region}.amazonaws.com` } },
  });

/** The lease is read, and written on the condition that it is still as it was read. */
const lease = (here: Installation): Statement =>
  allow('Lease', ['dynamodb:GetItem', 'dynamodb:PutItem'], { on: [here.table] });

/** An entry of the ledger; a lease is given back with the same right. */
const ledger = (here: Installation): Statement => allow('Ledger', ['dynamodb:PutItem'], { on: [here.table] });

/** Only as ourselves: on this bus the events of other sources start other things (eb-event-bus-permissions: the key is a list, and no entry is without a source). */
const announce = (here: Installation): Statement =>
  allow('Announce', ['events:PutEvents'], {
    on: [here.bus],
    when: { 'ForAllValues:StringEquals': { 'events:source': announcer } },
  });

/** For a function that is invoked asynchronously: Lambda itself sends what failed for good, as the function's role. */
const deadLetter = (here: Installation): Statement =>
  allow('DeadLetter', ['sqs:SendMessage'], { on: [here.deadLetters] });

const log = (here: Installation, file: string): Statement =>
  allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
    on: [`${here.logGroup(functionLogGroup(here, file))}:*`],
  });
