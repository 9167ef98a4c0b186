import type { Installation } from './arns.ts';
import { allow, type PolicyDocument, policy } from './policy.ts';

/** What the machine may do: invoke these functions, lay a token into the table while it sleeps, keep its history in CloudWatch Logs and X-Ray. */
export const machinePolicy = (here: Installation, files: readonly string[]): PolicyDocument =>
  policy(
    allow('States', ['lambda:InvokeFunction'], { on: files.map(here.function) }),
    allow('Sleep', ['dynamodb:UpdateItem'], { on: [here.table] }),
    // Log delivery and tracing know no resource (docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, …/concepts-xray-tracing.html).
    allow(
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
    allow(
      'Traces',
      ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      { on: ['*'] },
    ),
  );

/** What the rules that notice a bad sign may do: start the way back. */
export const startRollbackPolicy = (here: Installation): PolicyDocument =>
  policy(allow('StartRollback', ['states:StartExecution'], { on: [here.rollbackMachine] }));

/** What EventBridge Scheduler may do: wake the two functions that look for what no event has told, and keep what it could not deliver. */
export const schedulePolicy = (here: Installation): PolicyDocument =>
  policy(
    allow('Wake', ['lambda:InvokeFunction'], { on: ['take-job', 'report-dead-execution'].map(here.function) }),
    allow('DeadLetter', ['sqs:SendMessage'], { on: [here.deadLetters] }),
  );
