import type { AwsService, Cloud } from './cloud.ts';
import { deleteAlarms, setAlarmState } from './cloudwatch/alarm-state.ts';
import { describeAlarms, putAlarm } from './cloudwatch/alarms.ts';
import { type CloudWatchAlarms, compositeAlarmSchema, metricAlarmSchema } from './cloudwatch/state.ts';

/**
 * The embedded CloudWatch: metric and composite alarms that change state only through SetAlarmState, and publish the change on
 * the bus. It evaluates no metrics.
 */
export function cloudwatch(cloud: Cloud): AwsService {
  const alarms: CloudWatchAlarms = new Map();
  return {
    name: 'monitoring',
    protocol: 'json',
    jsonVersion: '1.0',
    operations: {
      PutMetricAlarm: putAlarm(metricAlarmSchema, cloud, alarms),
      PutCompositeAlarm: putAlarm(compositeAlarmSchema, cloud, alarms),
      DescribeAlarms: describeAlarms(alarms),
      SetAlarmState: setAlarmState(cloud, alarms),
      DeleteAlarms: deleteAlarms(alarms),
    },
  };
}
