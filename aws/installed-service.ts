import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import { describeService } from './ecs.ts';
import type { SessionCredentials } from './sts.ts';

/** A service with what its revision names, and how the asked alarms stand (`undefined`: no such alarm). */
export interface InstalledService {
  status: string;
  controller: string;
  containers: string[];
  /** The ARNs of the roles that registering a copy of the revision passes. */
  roles: string[];
  alarms: { name: string; state: string | undefined }[];
}

/** The target's service as it runs; what is missing where there is no such cluster or service. Without credentials with the caller's own. */
export async function readInstalledService(
  target: Target,
  alarms: string[],
  credentials?: SessionCredentials,
): Promise<InstalledService | 'no cluster' | 'no service'> {
  const how = { region: target.region, ...(credentials && { credentials }) };
  const ecs = new ECSClient(how);
  const service = await describeService(ecs, target);
  if (typeof service === 'string') return service;
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  );
  const { enable = false, alarmNames = [] } = service.deploymentConfiguration?.alarms ?? {};
  const names = [...new Set([...alarms, ...(enable ? alarmNames : [])])];
  return {
    status: service.status ?? 'unknown',
    controller: service.deploymentController?.type ?? 'ECS',
    containers: (taskDefinition?.containerDefinitions ?? []).flatMap(({ name }) => name ?? []),
    roles: [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn].flatMap((arn) => arn ?? []),
    alarms: names.length === 0 ? [] : await readAlarmStates(new CloudWatchClient(how), names),
  };
}

async function readAlarmStates(client: CloudWatchClient, names: string[]): Promise<InstalledService['alarms']> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  const states = new Map([...MetricAlarms, ...CompositeAlarms].map((one) => [one.AlarmName, one.StateValue]));
  return names.map((name) => ({ name, state: states.get(name) }));
}
