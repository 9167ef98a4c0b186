import type { Cloud } from '../cloud.ts';
import type { AlarmStateDetails, CloudWatchAlarm } from './state.ts';

/** Returns the state in the format of the `CloudWatch Alarm State Change` event (alarm events in the CloudWatch guide). */
const eventState = ({ value, reason, reasonData, at }: AlarmStateDetails): Record<string, unknown> => ({
  value,
  reason,
  ...(reasonData === undefined ? {} : { reasonData }),
  timestamp: at.toISOString().replace('Z', '+0000'),
});

const eventConfiguration = ({ configuration }: CloudWatchAlarm): Record<string, unknown> => {
  if ('AlarmRule' in configuration) return { alarmRule: configuration.AlarmRule };
  const { MetricName, Namespace, Dimensions, Period, Statistic } = configuration;
  const dimensions = Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const metric = { namespace: Namespace, name: MetricName, dimensions };
  return { metrics: [{ id: 'm1', metricStat: { metric, period: Period, stat: Statistic }, returnData: true }] };
};

/** Publishes on the bus that an alarm changed its state. */
export const publishAlarmStateChange = (cloud: Cloud, alarm: CloudWatchAlarm, previous: AlarmStateDetails): void =>
  cloud.publish({
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: alarm.account,
    region: alarm.region,
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.configuration.AlarmName,
      state: eventState(alarm.state),
      previousState: eventState(previous),
      configuration: { description: alarm.configuration.AlarmDescription, ...eventConfiguration(alarm) },
    },
  });
