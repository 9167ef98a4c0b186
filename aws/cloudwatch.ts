import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Target } from '../core/model/release.ts';
import { boundForeignText } from '../core/parsing/display-text.ts';
import type { SessionCredentials } from './sts.ts';

/** How an alarm stands (`OK`, `ALARM`, `INSUFFICIENT_DATA`) and why, in CloudWatch's words. */
export interface AlarmState {
  name: string;
  state: string;
  reason?: string | undefined;
}

/** So many names DescribeAlarms takes, and so many alarms it answers with, at most (CloudWatch API, DescribeAlarms). */
const maxAlarmsPerCall = 100;

/** The named alarms of the target's account, those that exist; one call for each hundred, none for no name. */
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
    reason: StateReason && boundForeignText(StateReason),
  }));
}
