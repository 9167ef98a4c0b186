import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { type Operation, operation } from '../service.ts';
import { type Alarm, type Alarms, alarmInput, arnOf, type Standing, stateValue } from './state.ts';

/** PutMetricAlarm: nothing measures here, so a new alarm has INSUFFICIENT_DATA until SetAlarmState. */
export const putMetricAlarm = (cloud: Cloud, alarms: Alarms): Operation =>
  operation(alarmInput, async (configuration, call) => {
    const arn = arnOf(call, configuration.AlarmName);
    await call.allow('cloudwatch:PutMetricAlarm', arn);
    const at = new Date(cloud.clock.now());
    const unchecked: Standing = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', at };
    const state = alarms.get(arn)?.state ?? unchecked;
    alarms.set(arn, { arn, account: call.caller.account, region: call.region, configuration, updatedAt: at, state });
    return {};
  });

const view = ({ arn, configuration, updatedAt, state }: Alarm): Record<string, unknown> => ({
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  Dimensions: [],
  ...configuration,
  AlarmArn: arn,
  AlarmConfigurationUpdatedTimestamp: updatedAt,
  StateValue: state.value,
  StateReason: state.reason,
  StateReasonData: state.reasonData,
  StateUpdatedTimestamp: state.at,
  StateTransitionedTimestamp: state.at,
});

const describeInput = z.strictObject({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).optional(),
  StateValue: stateValue.optional(),
  MaxRecords: z.number().int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
});

/** DescribeAlarms, of metric alarms: there are no composite ones. */
export const describeAlarms = (alarms: Alarms): Operation =>
  operation(describeInput, async (input, call) => {
    const { AlarmNames, AlarmNamePrefix = '', AlarmTypes = ['MetricAlarm'], StateValue, MaxRecords = 50 } = input;
    await call.allow('cloudwatch:DescribeAlarms', arnOf(call, '*'));
    const here = arnOf(call, AlarmNamePrefix);
    const found = [...alarms.values()].filter(
      ({ arn, configuration, state }) =>
        AlarmTypes.includes('MetricAlarm') &&
        arn.startsWith(here) &&
        (AlarmNames?.includes(configuration.AlarmName) ?? true) &&
        (StateValue ?? state.value) === state.value,
    );
    const from = Number(input.NextToken ?? 0);
    const to = from + MaxRecords;
    const more = to < found.length ? { NextToken: String(to) } : {};
    return { MetricAlarms: found.slice(from, to).map(view), CompositeAlarms: [], ...more };
  });
