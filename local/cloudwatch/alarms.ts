import { z } from 'zod';
import type { Call, Cloud, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { regionalArn } from '../partition.ts';
import {
  type AlarmStateDetails,
  alarmArn,
  type CloudWatchAlarm,
  type CloudWatchAlarms,
  type compositeAlarmSchema,
  type metricAlarmSchema,
  stateValueSchema,
} from './state.ts';

/** PutMetricAlarm and PutCompositeAlarm: no metrics are evaluated, so a new alarm has INSUFFICIENT_DATA until SetAlarmState. */
export const putAlarm = (
  input: typeof metricAlarmSchema | typeof compositeAlarmSchema,
  cloud: Cloud,
  alarms: CloudWatchAlarms,
): Operation =>
  defineOperation<CloudWatchAlarm['configuration']>(input, async (configuration, call) => {
    const arn = alarmArn(call, configuration.AlarmName);
    await call.allow(`cloudwatch:${call.operation}`, arn);
    const at = new Date(cloud.clock.now());
    const unchecked: AlarmStateDetails = {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      at,
    };
    const state = alarms.get(arn)?.state ?? unchecked;
    alarms.set(arn, { arn, account: call.caller.account, region: call.region, configuration, updatedAt: at, state });
    return {};
  });

const alarmView = ({ arn, configuration, updatedAt, state }: CloudWatchAlarm): Record<string, unknown> => ({
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  // Only a metric alarm has dimensions (botocore cloudwatch CompositeAlarm).
  ...(isCompositeAlarm(configuration) ? {} : { Dimensions: [] }),
  ...configuration,
  AlarmArn: arn,
  AlarmConfigurationUpdatedTimestamp: updatedAt,
  StateValue: state.value,
  StateReason: state.reason,
  StateReasonData: state.reasonData,
  StateUpdatedTimestamp: state.at,
  StateTransitionedTimestamp: state.at,
});

const describeAlarmsSchema = z.strictObject({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).optional(),
  StateValue: stateValueSchema.optional(),
  MaxRecords: z.number().int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
});

/** An ARN that no alarm has. A permission matches this ARN only if the permission's resource is `*`. */
const allAlarmsArn = ({ region }: Call): string =>
  regionalArn('cloudwatch', { account: '000000000000', region }, 'alarm:*');

/** A caller whose permission has "a narrower scope" than `*` gets no composite alarms (CloudWatch API, DescribeAlarms). */
const maySeeCompositeAlarms = (call: Call): Promise<boolean> =>
  call.allow('cloudwatch:DescribeAlarms', allAlarmsArn(call), { owner: call.caller.account }).then(
    () => true,
    () => false,
  );

/** DescribeAlarms, page by page; composite alarms only for callers that are allowed to see them. */
export const describeAlarms = (alarms: CloudWatchAlarms): Operation =>
  defineOperation(describeAlarmsSchema, async (input, call) => {
    const { AlarmNames, AlarmNamePrefix = '', AlarmTypes = ['MetricAlarm'], StateValue, MaxRecords = 50 } = input;
    const composites = AlarmTypes.includes('CompositeAlarm') && (await maySeeCompositeAlarms(call));
    if (!composites) await call.allow('cloudwatch:DescribeAlarms', alarmArn(call, '*'));
    const here = alarmArn(call, AlarmNamePrefix);
    const found = [...alarms.values()].filter(
      ({ arn, configuration, state }) =>
        (isCompositeAlarm(configuration) ? composites : AlarmTypes.includes('MetricAlarm')) &&
        arn.startsWith(here) &&
        (AlarmNames?.includes(configuration.AlarmName) ?? true) &&
        (StateValue ?? state.value) === state.value,
    );
    const from = Number(input.NextToken ?? 0);
    const to = from + MaxRecords;
    const page = Map.groupBy(found.slice(from, to), ({ configuration }) => isCompositeAlarm(configuration));
    const [MetricAlarms, CompositeAlarms] = [false, true].map((kind) => (page.get(kind) ?? []).map(alarmView));
    return { MetricAlarms, CompositeAlarms, ...(to < found.length ? { NextToken: String(to) } : {}) };
  });

const isCompositeAlarm = (configuration: CloudWatchAlarm['configuration']): boolean => 'AlarmRule' in configuration;
