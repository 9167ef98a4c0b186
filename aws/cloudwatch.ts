import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Target } from '../core/model/release.ts';
import { shortenForeignText } from '../core/parsing/display-text.ts';
import type { SessionCredentials } from './sts.ts';

/** An alarm's state (`OK`, `ALARM` or `INSUFFICIENT_DATA`) and CloudWatch's reason for it. */
export interface AlarmState {
  name: string;
  state: string;
  reason?: string | undefined;
}

/** DescribeAlarms takes at most 100 names and returns at most 100 alarms (CloudWatch API, DescribeAlarms). */
const maxAlarmsPerCall = 100;

/** Returns the named alarms that exist in the target's account. Makes one call for each 100 names, and no call for an empty list. */
export async function describeAlarms(
  target: Target,
  credentials: SessionCredentials,
  names: string[],
): Promise<AlarmState[]> {
  const client = new CloudWatchClient({ region: target.region, credentials });
  const found: AlarmState[] = [];
  for (let at = 0; at < names.length; at += maxAlarmsPerCall)
    found.push(...(await describeAlarmBatch(client, names.slice(at, at + maxAlarmsPerCall))));
  return found;
}

async function describeAlarmBatch(client: CloudWatchClient, names: string[]): Promise<AlarmState[]> {
  const command = new DescribeAlarmsCommand({
    AlarmNames: names,
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    MaxRecords: maxAlarmsPerCall,
  });
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(command);
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateValue = '', StateReason }) => ({
    name: AlarmName,
    state: StateValue,
    reason: StateReason && shortenForeignText(StateReason),
  }));
}
