import type { Cloud } from '../cloud.ts';
import type { Alarm, Standing } from './state.ts';

/** State as the `CloudWatch Alarm State Change` event shows it (alarm events in the CloudWatch guide). */
const inEvent = ({ value, reason, reasonData, at }: Standing): Record<string, unknown> => ({
  value,
  reason,
  ...(reasonData === undefined ? {} : { reasonData }),
  timestamp: at.toISOString().replace('Z', '+0000'),
});

const watched = ({ configuration }: Alarm): Record<string, unknown> => {
  if ('AlarmRule' in configuration) return { alarmRule: configuration.AlarmRule };
  const { MetricName, Namespace, Dimensions, Period, Statistic } = configuration;
  const dimensions = Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const metric = { namespace: Namespace, name: MetricName, dimensions };
  return { metrics: [{ id: 'm1', metricStat: { metric, period: Period, stat: Statistic }, returnData: true }] };
};

/** Tells the bus that an alarm changed its state. */
export const publishChange = (cloud: Cloud, alarm: Alarm, previous: Standing): void =>
  cloud.publish({
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: alarm.account,
    region: alarm.region,
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.configuration.AlarmName,
      state: inEvent(alarm.state),
      previousState: inEvent(previous),
      configuration: { description: alarm.configuration.AlarmDescription, ...watched(alarm) },
    },
  });
