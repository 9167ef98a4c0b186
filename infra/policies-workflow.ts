import type { Installation } from './installation.ts';
import { allowStatement, type PolicyDocument, policyDocument } from './policy.ts';

/** What the machine may do: invoke these functions, lay a token into the table while it sleeps, keep its history in CloudWatch Logs and X-Ray. */
export const stateMachinePolicy = (here: Installation, files: readonly string[]): PolicyDocument =>
  policyDocument(
    allowStatement('States', ['lambda:InvokeFunction'], { on: files.map(here.function) }),
    allowStatement('Sleep', ['dynamodb:UpdateItem'], { on: [here.table] }),
    // Log delivery and tracing know no resource (docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, …/concepts-xray-tracing.html).
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
  );

/** What the rules that notice a bad sign may do: start the way back. */
export const startRollbackPolicy = (here: Installation): PolicyDocument =>
  policyDocument(allowStatement('StartRollback', ['states:StartExecution'], { on: [here.rollbackMachine] }));

/** What EventBridge Scheduler may do: wake the two functions that look for what no event has told, and keep what it could not deliver. */
export const schedulePolicy = (here: Installation): PolicyDocument =>
  policyDocument(
    allowStatement('Wake', ['lambda:InvokeFunction'], { on: ['take-job', 'report-dead-execution'].map(here.function) }),
    allowStatement('DeadLetter', ['sqs:SendMessage'], { on: [here.deadLetters] }),
  );
