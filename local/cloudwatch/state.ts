import { z } from 'zod';
import type { Call } from '../service.ts';

export const stateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

const common = {
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().optional(),
  ActionsEnabled: z.boolean().optional(),
  OKActions: z.array(z.string()).optional(),
  AlarmActions: z.array(z.string()).optional(),
  InsufficientDataActions: z.array(z.string()).optional(),
};

export const alarmInput = z.strictObject({
  ...common,
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

/** An alarm over other alarms, by its rule (`ALARM(web-5xx) OR ALARM(web-latency)`). */
export const compositeInput = z.strictObject({
  ...common,
  AlarmRule: z.string().min(1).max(10_240),
});

type Configuration = z.infer<typeof alarmInput> | z.infer<typeof compositeInput>;

/** How an alarm stands, why, and since when. */
export type Standing = { value: z.infer<typeof stateValue>; reason: string; reasonData?: string | undefined; at: Date };

export interface Alarm {
  arn: string;
  account: string;
  region: string;
  configuration: Configuration;
  updatedAt: Date;
  state: Standing;
}

/** Alarms by ARN. */
export type Alarms = Map<string, Alarm>;

export const arnOf = (call: Call, name: string): string =>
  `arn:aws:cloudwatch:${call.region}:${call.caller.account}:alarm:${name}`;
