import { z } from 'zod';
import type { Call } from '../cloud.ts';
import { placeOf, regionalArn } from '../partition.ts';

export const stateValueSchema = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

const commonAlarmFields = {
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().optional(),
  ActionsEnabled: z.boolean().optional(),
  OKActions: z.array(z.string()).optional(),
  AlarmActions: z.array(z.string()).optional(),
  InsufficientDataActions: z.array(z.string()).optional(),
};

export const metricAlarmSchema = z.strictObject({
  ...commonAlarmFields,
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).optional(),
  Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
  Period: z.number().int().optional(),
  EvaluationPeriods: z.number().int(),
  DatapointsToAlarm: z.number().int().optional(),
  Threshold: z.number().optional(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string().optional(),
});

/** An alarm on other alarms, with its rule (`ALARM(web-5xx) OR ALARM(web-latency)`). */
export const compositeAlarmSchema = z.strictObject({
  ...commonAlarmFields,
  AlarmRule: z.string().min(1).max(10_240),
});

type AlarmConfiguration = z.infer<typeof metricAlarmSchema> | z.infer<typeof compositeAlarmSchema>;

/** An alarm's state, the reason, and when it changed. */
export type AlarmStateDetails = {
  value: z.infer<typeof stateValueSchema>;
  reason: string;
  reasonData?: string | undefined;
  at: Date;
};

export interface CloudWatchAlarm {
  arn: string;
  account: string;
  region: string;
  configuration: AlarmConfiguration;
  updatedAt: Date;
  state: AlarmStateDetails;
}

/** Alarms by ARN. */
export type CloudWatchAlarms = Map<string, CloudWatchAlarm>;

export const alarmArn = (call: Call, name: string): string => regionalArn('cloudwatch', placeOf(call), `alarm:${name}`);
