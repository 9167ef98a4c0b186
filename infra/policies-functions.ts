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
  // The base of a revision may be a file of the artifact.
  'check-target': (here) => [...targetRoles(here), ...readAgain(here)],
  'register-revision': (here) => [...targetRoles(here), ...readAgain(here)],
  'update-service': targetRoles,
  'watch-rollout': targetRoles,
  'roll-back': targetRoles,
  'watch-rollback': targetRoles,
  'report-success': () => [allow('ReportSuccess', ['codepipeline:PutJobSuccessResult'], { on: ['*'] })],
  'report-failure': () => [allow('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] })],
  'report-dead-execution': (here) => [
    allow('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
    allow('LookAtDeployment', ['states:DescribeExecution'], { on: [here.executions] }),
    deadLetter(here),
  ],
};

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

/** For a function that is invoked asynchronously: Lambda itself sends what failed for good, as the function's role. */
const deadLetter = (here: Installation): Statement =>
  allow('DeadLetter', ['sqs:SendMessage'], { on: [here.deadLetters] });

const log = (here: Installation, file: string): Statement =>
  allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
    on: [`${here.logGroup(functionLogGroup(here, file))}:*`],
  });
