import { overdueRollbackMetric } from '../core/reporting/overdue-metric.ts';
import type { EventRuleDeclaration } from './event-rule.ts';
import type { Installation } from './installation.ts';
import { deadLetterQueuePolicy } from './policies-artifacts.ts';
import type { PolicyDocument } from './policy.ts';

/** The table: the history of deployments, the leases and the task tokens. */
export interface TableDeclaration {
  name: string;
  hashKey: string;
  rangeKey: string;
  ttlAttribute: string;
  billingMode: 'PAY_PER_REQUEST';
  pointInTimeRecovery: boolean;
}

export interface QueueDeclaration {
  name: string;
  arn: string;
  retentionSeconds: number;
  policy: PolicyDocument;
}

/** A CloudWatch alarm that goes to ALARM when the metric's sum, or maximum, in one period is above zero. */
export interface AlarmDeclaration {
  name: string;
  description: string;
  namespace: string;
  metric: string;
  statistic: 'Sum' | 'Maximum';
  dimensions: Record<string, string>;
  periodSeconds: number;
  actions: string[];
}

export const declareTable = (installation: Installation): TableDeclaration => ({
  name: installation.names.table,
  hashKey: 'pk',
  rangeKey: 'sk',
  ttlAttribute: 'expires',
  billingMode: 'PAY_PER_REQUEST',
  pointInTimeRecovery: true,
});

/** Returns the keys of the table as the API and CloudFormation take them. */
export const describeTableKeys = ({ hashKey, rangeKey }: TableDeclaration) => ({
  AttributeDefinitions: [hashKey, rangeKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: hashKey, KeyType: 'HASH' },
    { AttributeName: rangeKey, KeyType: 'RANGE' },
  ],
});

export const declareDeadLetterQueue = (
  installation: Installation,
  rules: Pick<EventRuleDeclaration, 'name'>[],
): QueueDeclaration => ({
  name: installation.names.deadLetters,
  arn: installation.deadLetters,
  // The maximum time that SQS keeps a message (botocore sqs `MessageRetentionPeriod`), so that a person has time to read it.
  retentionSeconds: 14 * 24 * 3600,
  policy: deadLetterQueuePolicy(
    installation,
    rules.map((rule) => installation.rule(rule.name)),
  ),
});

/**
 * The alarms that need a person. The metric ExecutionsFailed does not include executions that time out or are aborted, so two other alarms cover these
 * executions.
 */
export function declareAlarms(installation: Installation): AlarmDeclaration[] {
  const machine = { namespace: 'AWS/States', dimensions: { StateMachineArn: installation.machine } };
  const queue = { namespace: 'AWS/SQS', dimensions: { QueueName: installation.names.deadLetters } };
  const functionOf = (file: string) => ({
    namespace: 'AWS/Lambda',
    dimensions: { FunctionName: installation.names.function(file) },
  });
  const alarm: CreateAlarm = (name, watched, rest) => ({
    name: installation.names.of(name),
    ...watched,
    ...rest,
    statistic: watched === queue ? 'Maximum' : 'Sum',
    periodSeconds: 60,
    actions: installation.config.alarmTopic === undefined ? [] : [installation.config.alarmTopic],
  });
  return [
    alarm('executions-failed', machine, { metric: 'ExecutionsFailed', description: 'A release failed' }),
    alarm('executions-timed-out', machine, {
      metric: 'ExecutionsTimedOut',
      description: 'An execution reached its time-out: 15.5 days for a release, 26 hours for a rollback',
    }),
    alarm('executions-aborted', machine, { metric: 'ExecutionsAborted', description: 'Somebody stopped an execution' }),
    ...declareRollbackAlarms(installation, alarm),
    alarm('undelivered', queue, {
      metric: 'ApproximateNumberOfMessagesVisible',
      description: 'An event was not delivered: read the message, then send it again',
    }),
    alarm('take-job-errors', functionOf('take-job'), {
      metric: 'Errors',
      description: 'Jobs may wait until take-job works again',
    }),
    alarm('report-dead-execution-errors', functionOf('report-dead-execution'), {
      metric: 'Errors',
      description: 'The job of a dead execution may have no result',
    }),
  ];
}

type CreateAlarm = (
  name: string,
  watched: Pick<AlarmDeclaration, 'namespace' | 'dimensions'>,
  rest: Pick<AlarmDeclaration, 'metric' | 'description'>,
) => AlarmDeclaration;

/** Alarms for a rollback that ended without success, and for a rollback that has had no success for too long. */
function declareRollbackAlarms(installation: Installation, alarm: CreateAlarm): AlarmDeclaration[] {
  const machine = { namespace: 'AWS/States', dimensions: { StateMachineArn: installation.rollbackMachine } };
  const { namespace, name: metric, dimension } = overdueRollbackMetric;
  const overdue = { namespace, dimensions: { [dimension]: installation.names.prefix } };
  return [
    alarm('rollbacks-failed', machine, {
      metric: 'ExecutionsFailed',
      description: 'A rollback did not succeed: the service needs a person',
    }),
    alarm('rollback-overdue', overdue, {
      metric,
      description: 'A rollback has not succeeded for an hour: Gantry continues to try, but the service needs a person',
    }),
  ];
}
