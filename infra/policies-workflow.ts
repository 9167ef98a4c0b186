import type { Installation } from './installation.ts';
import { tableStatement } from './policies-table.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/** The permissions that every state machine needs for its logs and traces. */
const writeLogsAndTraces: Statement[] = [
  // Log delivery and tracing do not support resource-level permissions (docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, …/concepts-xray-tracing.html).
  allowStatement(
    'LogDelivery',
    [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    { on: ['*'] },
  ),
  allowStatement(
    'Traces',
    ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    { on: ['*'] },
  ),
];

/**
 * The permissions of a state machine: invoke every version of these functions, write a task token to the table before it sleeps (`sleeps`), and write logs
 * and traces. Running executions invoke the versions with which they started, so older versions are allowed too. A permission for the unqualified ARN does
 * not cover a version (docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html, "Function resource names").
 */
export const stateMachinePolicy = (
  installation: Installation,
  { functions, sleeps }: { functions: readonly string[]; sleeps: boolean },
): PolicyDocument =>
  policyDocument(
    allowStatement('InvokeFunctions', ['lambda:InvokeFunction'], { on: functions.map(installation.functionVersions) }),
    ...(sleeps ? [tableStatement(installation, 'StoreTaskToken', ['dynamodb:UpdateItem'])] : []),
    ...writeLogsAndTraces,
  );

/**
 * The permissions of an entry machine: start the shared machine, wait for the end of the executions that it started itself, and stop them. Step Functions
 * learns of the end through a rule that it manages (docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html, "Synchronous").
 */
export const entryMachinePolicy = (
  installation: Installation,
  { starts, executions }: { starts: string; executions: string },
): PolicyDocument =>
  policyDocument(
    allowStatement('StartExecution', ['states:StartExecution'], { on: [starts] }),
    allowStatement('FollowExecution', ['states:DescribeExecution', 'states:StopExecution'], { on: [executions] }),
    allowStatement('FollowByRule', ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], {
      on: [installation.rule('StepFunctionsGetEventsForStepFunctionsExecutionRule')],
    }),
    ...writeLogsAndTraces,
  );

/** The permissions of the rules for failed deployments and alarms: start a rollback. */
export const startRollbackPolicy = (installation: Installation): PolicyDocument =>
  policyDocument(allowStatement('StartRollback', ['states:StartExecution'], { on: [installation.rollbackMachine] }));

/** The permissions of the schedules: invoke the two functions that work without events, and store undelivered invocations. */
export const schedulePolicy = (installation: Installation): PolicyDocument =>
  policyDocument(
    allowStatement('InvokeFunctions', ['lambda:InvokeFunction'], {
      on: ['take-job', 'report-dead-execution'].map(installation.function),
    }),
    sendDeadLetter(installation),
  );

/** The permission, for a function that is invoked asynchronously and for a schedule, to store undelivered events in the queue. */
export const sendDeadLetter = (installation: Installation): Statement =>
  allowStatement('DeadLetter', ['sqs:SendMessage'], { on: [installation.deadLetters] });
