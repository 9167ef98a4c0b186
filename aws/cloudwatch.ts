import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Target } from '../core/deployment.ts';
import type { Alarm } from '../core/look.ts';
import type { Credentials } from './sts.ts';

/** Why the named alarms of the target's account are in ALARM, in CloudWatch's words. */
export async function firedAlarms(target: Target, credentials: Credentials, names: string[]): Promise<Alarm[]> {
  if (names.length === 0) return [];
  const client = new CloudWatchClient({ region: target.region, credentials });
  const command = new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] });
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(command);
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, StateReason }) => ({
    name: AlarmName ?? '',
    reason: StateReason,
  }));
}

/** Which of the named alarms are in ALARM now. */
export async function alarmsNow(target: Target, credentials: Credentials, names: string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const client = new CloudWatchClient({ region: target.region, credentials });
  const command = new DescribeAlarmsCommand({
    AlarmNames: names,
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    StateValue: 'ALARM',
  });
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(command);
  return [...MetricAlarms, ...CompositeAlarms].flatMap(({ AlarmName }) => AlarmName ?? []);
}
