import type { Installation } from './arns.ts';
import type { EventRule } from './event-rule.ts';
import { queuePolicy } from './policies-artifacts.ts';
import type { PolicyDocument } from './policy.ts';

/** The ledger: who deployed what, with which result. */
export interface Table {
  name: string;
  hashKey: string;
  rangeKey: string;
  ttlAttribute: string;
  billingMode: 'PAY_PER_REQUEST';
  pointInTimeRecovery: boolean;
}

export interface Queue {
  name: string;
  arn: string;
  retentionSeconds: number;
  policy: PolicyDocument;
}

/** A CloudWatch alarm that fires as soon as the metric's sum, or maximum, in one period is above zero. */
export interface Alarm {
  name: string;
  description: string;
  namespace: string;
  metric: string;
  statistic: 'Sum' | 'Maximum';
  dimensions: Record<string, string>;
  periodSeconds: number;
  actions: string[];
}

export const tableOf = (here: Installation): Table => ({
  name: here.names.table,
  hashKey: 'pk',
  rangeKey: 'sk',
  ttlAttribute: 'expires',
  billingMode: 'PAY_PER_REQUEST',
  pointInTimeRecovery: true,
});

export const queueOf = (here: Installation, rules: Pick<EventRule, 'name'>[]): Queue => ({
  name: here.names.deadLetters,
  arn: here.deadLetters,
  // The longest that SQS keeps a message (botocore sqs `MessageRetentionPeriod`): a person has to look at it.
  retentionSeconds: 14 * 24 * 3600,
  policy: queuePolicy(
    here,
    rules.map((rule) => here.rule(rule.name)),
  ),
});

/** What somebody has to look at. Failed alone would miss the executions that time out or are aborted. */
export function alarmsOf(here: Installation): Alarm[] {
  const machine = { namespace: 'AWS/States', dimensions: { StateMachineArn: here.machine } };
  const rollback = { namespace: 'AWS/States', dimensions: { StateMachineArn: here.rollbackMachine } };
  const queue = { namespace: 'AWS/SQS', dimensions: { QueueName: here.names.deadLetters } };
  const functionOf = (file: string) => ({
    namespace: 'AWS/Lambda',
    dimensions: { FunctionName: here.names.function(file) },
  });
  const alarm = (
    name: string,
    watched: Pick<Alarm, 'namespace' | 'dimensions'>,
    rest: Pick<Alarm, 'metric' | 'description'>,
  ): Alarm => ({
    name: here.names.of(name),
    ...watched,
    ...rest,
    statistic: watched === queue ? 'Maximum' : 'Sum',
    periodSeconds: 60,
    actions: here.config.alarmTopic === undefined ? [] : [here.config.alarmTopic],
  });
  return [
    alarm('executions-failed', machine, { metric: 'ExecutionsFailed', description: 'A release did not arrive' }),
    alarm('executions-timed-out', machine, {
      metric: 'ExecutionsTimedOut',
      description: 'A deployment went beyond a day',
    }),
    alarm('executions-aborted', machine, { metric: 'ExecutionsAborted', description: 'Somebody stopped a deployment' }),
    alarm('rollbacks-failed', rollback, {
      metric: 'ExecutionsFailed',
      description: 'A way back did not arrive: the service needs a person',
    }),
    alarm('undelivered', queue, {
      metric: 'ApproximateNumberOfMessagesVisible',
      description: 'An event reached no function: read the message, then send it again',
    }),
    alarm('take-job-errors', functionOf('take-job'), {
      metric: 'Errors',
      description: 'Jobs may be waiting for a worker',
    }),
    alarm('report-dead-execution-errors', functionOf('report-dead-execution'), {
      metric: 'Errors',
      description: 'The job of a deployment that died may be waiting for its result',
    }),
  ];
}
